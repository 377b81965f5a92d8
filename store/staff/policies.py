from wagtail.permissions import ModelPermissionPolicy

from ..permissions import may_manage_orders, may_see_statements


class OrdersPolicy(ModelPermissionPolicy):
    """Who manages orders sees them; nobody adds, edits or deletes a row. Moves have views of their own."""

    def user_has_permission(self, user, action):
        return action == "view" and may_manage_orders(user)


class RecallsPolicy(ModelPermissionPolicy):
    """Who manages orders opens recalls, tells buyers and closes them; no row is edited or deleted."""

    def user_has_permission(self, user, action):
        return action in ("view", "add", "change") and may_manage_orders(user)


class LedgerPolicy(ModelPermissionPolicy):
    """Who sees what cooperatives are owed sees where it comes from."""

    def user_has_permission(self, user, action):
        return action == "view" and may_see_statements(user)


class WaysToPayPolicy(ModelPermissionPolicy):
    """Who manages orders sees how they are paid; changing it takes a permission of its own. No row is added or deleted."""

    def user_has_permission(self, user, action):
        if action == "change":
            return may_manage_orders(user) and user.has_perm("store.change_paymentoption")
        return action == "view" and may_manage_orders(user)
