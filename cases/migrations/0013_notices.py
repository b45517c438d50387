from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('cases', '0012_case_order'),
    ]

    operations = [
        migrations.CreateModel(
            name='Notice',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('cause', models.CharField(max_length=60)),
                ('subject', models.CharField(blank=True, max_length=100)),
                ('detail', models.JSONField(default=dict)),
                ('told_at', models.DateTimeField()),
                ('seen_at', models.DateTimeField()),
                ('solved_at', models.DateTimeField(null=True)),
                ('sent', models.JSONField(default=dict)),
                ('acknowledged_at', models.DateTimeField(null=True)),
                ('acknowledged_by', models.CharField(blank=True, max_length=150)),
            ],
            options={
                'indexes': [models.Index(fields=['-told_at'], name='notice_by_time'), models.Index(fields=['-solved_at'], name='notice_by_end')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('solved_at', None)), fields=('cause', 'subject'), name='one_open_notice')],
            },
        ),
    ]
