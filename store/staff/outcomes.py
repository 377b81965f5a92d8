"""A courier's file of outcomes: looked at first, then written down."""

import base64
import binascii

from django import forms
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from wagtail.admin import messages

from ..flows.outcomes import read_outcomes, write_down
from ..payments.statements import LARGEST_FILE, Unreadable, read_table
from .couriers import CourierOperation


class OutcomesForm(forms.Form):
    """A file; once it was looked at, its content in a hidden field."""

    file = forms.FileField(
        label=gettext_lazy("The courier's file"),
        required=False,
        help_text=gettext_lazy("CSV: a column with the parcel's or the order's number, one with the outcome."),
    )
    content = forms.CharField(required=False, widget=forms.HiddenInput)

    def clean(self):
        answers = super().clean()
        if answers.get("file"):
            if answers["file"].size > LARGEST_FILE:
                self.add_error("file", _("The file is larger than 1 MB. Export fewer days at a time."))
            answers["content"] = base64.b64encode(answers["file"].read(LARGEST_FILE + 1)).decode()
        elif not answers.get("content"):
            self.add_error("file", _("Choose a file."))
        return answers


class Outcomes(CourierOperation):
    """First shows what the file would change, with `do` writes it down."""

    form_class = OutcomesForm
    template_name = "admin_pages/outcomes.html"
    page_title = gettext_lazy("Outcomes of parcels")
    explanation = gettext_lazy("The file is looked at first: nothing is written before you have seen what it says.")
    submit_button_label = gettext_lazy("Look at the file")

    @cached_property
    def is_sure(self) -> bool:
        return "do" in self.request.POST

    def form_valid(self, form):
        content = form.cleaned_data["content"]
        try:
            told = read_outcomes(self.object, read_table(base64.b64decode(content, validate=True)))
        except (Unreadable, binascii.Error) as error:
            form.add_error("file", getattr(error, "why", _("The file cannot be read.")))
            return self.form_invalid(form)
        if not self.is_sure:
            looked_at = OutcomesForm(initial={"content": content})
            return self.render_to_response(self.get_context_data(form=looked_at, told=told, content=content))
        left = write_down(told, by=self.request.user)
        count = sum(one.is_new for one in told) - len(left)
        done = ngettext("%(count)s outcome is written down.", "%(count)s outcomes are written down.", count)
        messages.success(self.request, done % {"count": count})
        if left:
            names = ", ".join(one.name for one in left)
            messages.warning(self.request, _("These moved meanwhile, look at them: %(names)s") % {"names": names})
        return redirect(reverse("couriers:hand_over", args=[self.object.pk]))

    def get_context_data(self, **kwargs):
        context = super().get_context_data(**kwargs)
        told = kwargs.get("told", [])
        return {**context, "new": sum(one.is_new for one in told), "faulty": sum(bool(one.fault) for one in told)}
