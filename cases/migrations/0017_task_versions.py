from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('cases', '0016_outside'),
    ]

    operations = [
        migrations.AddField(
            model_name='task',
            name='schedule',
            field=models.JSONField(default=dict),
        ),
        migrations.AddField(
            model_name='task',
            name='limits',
            field=models.JSONField(default=dict),
        ),
        migrations.CreateModel(
            name='TaskVersion',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('version', models.PositiveIntegerField()),
                ('definition', models.JSONField()),
                ('kinds', models.JSONField(default=list)),
                ('origin', models.CharField(choices=[('file', '設定ファイル'), ('desk', '画面')], max_length=10)),
                ('seeded', models.JSONField(null=True)),
                ('changed_by', models.CharField(max_length=150)),
                ('changed_at', models.DateTimeField()),
                ('task', models.ForeignKey(on_delete=models.deletion.PROTECT, related_name='versions', to='cases.task')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('task', 'version'), name='task_version_once')],
            },
        ),
    ]
