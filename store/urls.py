"""Every address of the shop. First words used here are reserved: pages cannot take them (settings.RESERVED_SLUGS)."""

from django.conf.urls.i18n import i18n_patterns
from django.urls import include, path, re_path
from wagtail import urls as wagtail_urls
from wagtail.admin import urls as wagtailadmin_urls
from wagtail.documents.views.serve import serve as serve_document
from wagtail.urls import serve_pattern

from cms.serving import serve as serve_page

from .checkout import webhooks
from .shopfront import found
from .shopfront.media import media
from .shopfront.passwords import documents_door, page_door
from .shopfront.views import choose_language
from .staff.log_in import LogIn

urlpatterns = [
    path("", choose_language),
    path("admin/login/", LogIn.as_view()),  # before Wagtail's own, which `reverse` goes on finding
    path("admin/", include(wagtailadmin_urls)),
    # Wagtail's own pattern takes numbers of more digits than Python reads.
    path("documents/<int:document_id>/<path:document_filename>", serve_document, name="wagtaildocs_serve"),
    path(
        "documents/authenticate_with_password/<int:restriction_id>/",
        documents_door,
        name="wagtaildocs_authenticate_with_password",
    ),
    path("media/<path:path>", media, name="media"),
    path("robots.txt", found.robots),
    path("sitemap.xml", found.sitemap_index, name="sitemap_index"),
    *[path(f"sitemap-{code}.xml", found.sitemap, {"language": code}) for code in found.LANGUAGES],
    path("sw.js", found.service_worker),
    path("webhooks/stripe/", webhooks.stripe_webhook, name="stripe_webhook"),
    path("webhooks/cmi/", webhooks.cmi_callback, name="cmi_callback"),
    *i18n_patterns(
        path("", include("store.shopfront.urls")),
        path("", include("store.checkout.urls")),
        path("", include("store.account.urls")),
        path("", include("store.workspace.urls")),
        # Before Wagtail's own doors, which `reverse` goes on finding.
        path("_util/login/", LogIn.as_view()),
        path("_util/authenticate_with_password/<int:page_view_restriction_id>/<int:page_id>/", page_door),
        re_path(serve_pattern, serve_page, name="wagtail_serve"),
        path("", include(wagtail_urls)),
        prefix_default_language=True,
    ),
]

handler400 = "store.shopfront.errors.bad_request"
handler403 = "store.shopfront.errors.forbidden"
handler404 = "store.shopfront.errors.not_found"
handler500 = "store.shopfront.errors.server_error"
