import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('cases', '0020_inbox'),
    ]

    operations = [
        migrations.CreateModel(
            name='RoundReport',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('began_at', models.DateTimeField()),
                ('ended_at', models.DateTimeField()),
                ('sheets', models.PositiveIntegerField()),
                ('fields', models.PositiveIntegerField()),
                ('asked', models.PositiveIntegerField()),
                ('refused', models.PositiveIntegerField()),
                ('entered', models.PositiveIntegerField()),
                ('exceptions', models.PositiveIntegerField()),
                ('saved_minutes', models.FloatField(null=True)),
                ('rate', models.FloatField(null=True)),
                ('sample', models.BooleanField(default=False)),
                ('fault', models.CharField(blank=True, max_length=100)),
                ('task', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='rounds', to='cases.task')),
            ],
            options={
                'indexes': [models.Index(fields=['task', '-began_at'], name='round_by_task')],
            },
        ),
    ]
