from django.db import migrations, models

FIELDS = {
    "bin": models.CharField(default="", max_length=6, verbose_name="Bank"),
    "number": models.CharField(default="", max_length=19, verbose_name="Account number"),
    "holder": models.CharField(default="", max_length=120, verbose_name="Account holder"),
}


def as_their_files_said(apps, schema_editor):
    """The account of the source; where that was emptied the bank has refused it, and the refund waits for the next file."""
    refunds = apps.get_model("payment", "Refund").objects
    for refund in refunds.filter(batch__isnull=False).select_related("source__refund_account").order_by("pk"):
        to = getattr(refund.source, "refund_account", None)
        if to and to.number:
            told = {name: getattr(to, name) for name in FIELDS}
        elif refund.status == "due":
            told = {"batch": None}
        else:
            continue
        refunds.filter(pk=refund.pk).update(**told)


class Migration(migrations.Migration):
    dependencies = [("payment", "0020_payout_formats")]
    operations = [
        *(migrations.AddField("refund", name, field, preserve_default=False) for name, field in FIELDS.items()),
        migrations.RunPython(as_their_files_said, migrations.RunPython.noop),
    ]
