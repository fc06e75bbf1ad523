from django.db import migrations, models

FIELDS = {
    "bin": models.CharField(default="", max_length=6, verbose_name="Bank"),
    "number": models.CharField(default="", max_length=19, verbose_name="Account number"),
    "holder": models.CharField(default="", max_length=120, verbose_name="Account holder"),
}
UNKNOWN = (
    "Refund {refund.pk} of order {order} stands in file {refund.batch_id} without an account. In the release before, say on "
    "that file's page whether the bank has paid it; then migrate again."
)


def as_their_files_said(apps, schema_editor):
    """The account of the source, where it was named before the file was made.

    Two sums of one transfer shared their account: when one came back it was emptied under the other. Whether the bank has
    paid that one only people know.
    """
    refunds = apps.get_model("payment", "Refund").objects
    for refund in refunds.filter(batch__isnull=False).select_related("batch", "source__refund_account", "source__order"):
        to = getattr(refund.source, "refund_account", None)
        if to and to.given_at and to.given_at <= refund.batch.made_at:
            refunds.filter(pk=refund.pk).update(**{name: getattr(to, name) for name in FIELDS})
        elif refund.status == "due":
            raise RuntimeError(UNKNOWN.format(refund=refund, order=refund.source.order.number))


class Migration(migrations.Migration):
    dependencies = [("payment", "0020_payout_formats")]
    operations = [
        *(migrations.AddField("refund", name, field, preserve_default=False) for name, field in FIELDS.items()),
        migrations.RunPython(as_their_files_said, migrations.RunPython.noop),
    ]
