import django.db.models.deletion
import uuid
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('cases', '0019_retention'),
    ]

    operations = [
        migrations.AddField(
            model_name='sourcefile',
            name='scanner',
            field=models.CharField(blank=True, max_length=200, default=''),
            preserve_default=False,
        ),
        migrations.CreateModel(
            name='Refusal',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('scanner', models.CharField(blank=True, max_length=200)),
                ('original_name', models.CharField(max_length=500)),
                ('size_bytes', models.BigIntegerField()),
                ('code', models.CharField(max_length=60)),
                ('refused_at', models.DateTimeField()),
                ('asked_at', models.DateTimeField(null=True)),
                ('asked_by', models.CharField(blank=True, max_length=150)),
                ('ended_at', models.DateTimeField(null=True)),
                ('task', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='refusals', to='cases.task')),
            ],
            options={
                'indexes': [models.Index(fields=['task', 'ended_at'], name='refusal_waiting')],
            },
        ),
    ]
