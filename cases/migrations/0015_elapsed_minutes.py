from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('cases', '0014_vouched_by'),
    ]

    operations = [
        migrations.AddField(
            model_name='baselinesample',
            name='elapsed_minutes',
            field=models.FloatField(null=True),
        ),
    ]
