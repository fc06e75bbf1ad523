from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [('notices', '0002_initial')]

    operations = [
        migrations.AddField(
            model_name='notice',
            name='about',
            field=models.CharField(blank=True, default='', max_length=40),
        ),
        migrations.AddField(
            model_name='notice',
            name='in_inbox',
            field=models.BooleanField(default=False),
        ),
        migrations.AddField(
            model_name='notice',
            name='read_at',
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddIndex(
            model_name='notice',
            index=models.Index(condition=models.Q(('in_inbox', True), ('read_at', None)), fields=['user'], name='notice_unread'),
        ),
        migrations.AddIndex(
            model_name='notice',
            index=models.Index(condition=models.Q(('in_inbox', True)), fields=['user', '-id'], name='notice_inbox'),
        ),
        migrations.AddIndex(
            model_name='notice',
            index=models.Index(condition=models.Q(('email', ''), _negated=True), fields=['email'], name='notice_email'),
        ),
        migrations.AddConstraint(
            model_name='notice',
            constraint=models.CheckConstraint(condition=models.Q(('read_at', None), ('in_inbox', True), _connector='OR'), name='notice_read_in_inbox'),
        ),
    ]
