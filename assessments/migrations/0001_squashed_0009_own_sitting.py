import django.db.models.deletion
import django.utils.timezone
import pgtrigger.compiler
import uuid
from django.conf import settings
from django.db import migrations, models


def install_triggers(apps, schema_editor):
    """Install what the options of the models say: an operation a trigger takes three times as long."""
    for model in apps.get_app_config("assessments").get_models():
        for trigger in getattr(model._meta, "triggers", ()):
            schema_editor.execute(trigger.install_sql, params=None)


class Migration(migrations.Migration):

    replaces = [
        ('assessments', '0001_initial'),
        ('assessments', '0002_initial'),
        ('assessments', '0003_answer_writes_carry_a_key'),
        ('assessments', '0004_desk'),
        ('assessments', '0005_practice'),
        ('assessments', '0006_sittings'),
        ('assessments', '0007_jottings'),
        ('assessments', '0008_on_leave'),
        ('assessments', '0009_own_sitting'),
    ]

    initial = True

    dependencies = [
        ('competency', '0001_squashed_0024_hours'),
    ]

    operations = [
        migrations.CreateModel(
            name='Assessment',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ('number', models.PositiveIntegerField()),
                ('state', models.CharField(choices=[('draft', 'Draft'), ('published', 'Published'), ('retired', 'Retired')], db_index=True, default='draft', max_length=20)),
                ('content_hash', models.CharField(blank=True, max_length=64)),
                ('published_at', models.DateTimeField(null=True)),
                ('published_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('retired_at', models.DateTimeField(null=True)),
                ('program', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='assessments', to='competency.program')),
                ('code', models.CharField(max_length=60)),
                ('title', models.CharField(max_length=200)),
                ('rubric_version', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='assessments', to='competency.rubricversion')),
                ('scope_profile_version', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='assessments', to='competency.scopeprofileversion')),
                ('standard_version', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='assessments', to='competency.standardversion')),
                ('says', models.TextField()),
                ('says_not', models.TextField()),
            ],
            options={
                'triggers': [pgtrigger.compiler.Trigger(name='state_follows_table', sql=pgtrigger.compiler.UpsertTriggerSql(func="\n            IF NEW.state IS DISTINCT FROM OLD.state\n               AND (OLD.state || '>' || NEW.state) NOT IN ('draft>published', 'published>retired') THEN\n                RAISE EXCEPTION 'assessment: the state cannot change like this' USING ERRCODE = 'check_violation';\n            END IF;\n            RETURN NEW;\n        ", hash='bd491f2ddf79fbd8845d019a170a25bcc551f00d', operation='UPDATE', pgid='pgtrigger_state_follows_table_40f11', table='assessments_assessment', when='BEFORE')), pgtrigger.compiler.Trigger(name='frozen', sql=pgtrigger.compiler.UpsertTriggerSql(func="\n            IF (OLD.state <> 'draft') THEN\n                IF TG_OP = 'DELETE' THEN\n                    RAISE EXCEPTION 'assessment: this row is frozen' USING ERRCODE = 'check_violation';\n                ELSIF (to_jsonb(NEW) - ARRAY['state', 'retired_at']::text[]) IS DISTINCT FROM (to_jsonb(OLD) - ARRAY['state', 'retired_at']::text[])\n                THEN\n                    RAISE EXCEPTION 'assessment: this row is frozen' USING ERRCODE = 'check_violation';\n                END IF;\n            END IF;\n            IF TG_OP = 'DELETE' THEN\n                RETURN OLD;\n            END IF;\n            RETURN NEW;\n        ", hash='080e7ef2e55db279016f780531991c3333e44e36', operation='UPDATE OR DELETE', pgid='pgtrigger_frozen_485e4', table='assessments_assessment', when='BEFORE'))],
                'constraints': [models.UniqueConstraint(fields=('program', 'code', 'number'), name='assessment_number_unique'), models.CheckConstraint(condition=models.Q(('number__gte', 1)), name='assessment_number_from_one'), models.CheckConstraint(condition=models.Q(models.Q(('content_hash', ''), ('published_at', None), ('published_by', None), ('state', 'draft')), models.Q(models.Q(('state', 'draft'), _negated=True), models.Q(('content_hash', ''), _negated=True), ('published_at__isnull', False), ('published_by__isnull', False)), _connector='OR'), name='assessment_signed'), models.CheckConstraint(condition=models.Q(('state__in', ['draft', 'published', 'retired'])), name='assessment_known_state')],
            },
        ),
        migrations.CreateModel(
            name='Comment',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ('reviewer', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='comments', to=settings.AUTH_USER_MODEL)),
                ('criterion', models.CharField(blank=True, help_text='Its code, in any rubric.', max_length=20)),
                ('text', models.TextField()),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('text', ''), _negated=True), name='comment_has_text'), models.UniqueConstraint(fields=('reviewer', 'criterion', 'text'), name='comment_once')],
            },
        ),
        migrations.CreateModel(
            name='DeskChoice',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ('reviewer', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='desk_choice', to=settings.AUTH_USER_MODEL)),
                ('single_keys', models.BooleanField(default=True, help_text='Single letters are commands.')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='Jotting',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ('sealed', models.BinaryField()),
                ('revision', models.PositiveIntegerField(default=1)),
                ('idem', models.UUIDField(help_text='Of the save that made this revision: it may come twice.')),
                ('saved_at', models.DateTimeField()),
                ('writer', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='jottings', to=settings.AUTH_USER_MODEL)),
                ('task', models.UUIDField(help_text='The adjudication, harm judgment or opinion it is for.')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('writer', 'task'), name='jotting_once'), models.CheckConstraint(condition=models.Q(('revision__gte', 1)), name='jotting_from_one')],
            },
        ),
        migrations.CreateModel(
            name='Licence',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ('reviewer', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='licences', to=settings.AUTH_USER_MODEL)),
                ('rubric_version', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='licences', to='competency.rubricversion')),
                ('grounds', models.TextField()),
                ('granted_at', models.DateTimeField()),
                ('granted_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('lapses_at', models.DateTimeField()),
                ('suspended_at', models.DateTimeField(null=True)),
                ('suspended_reason', models.TextField(blank=True)),
            ],
            options={
                'constraints': [models.UniqueConstraint(condition=models.Q(('suspended_at', None)), fields=('reviewer', 'rubric_version'), name='licence_one_in_force'), models.CheckConstraint(condition=models.Q(('lapses_at__gt', models.F('granted_at'))), name='licence_lapses_after_grant'), models.CheckConstraint(condition=models.Q(('grounds', ''), _negated=True), name='licence_has_grounds'), models.CheckConstraint(condition=models.Q(models.Q(('suspended_at', None), ('suspended_reason', '')), models.Q(('suspended_at__isnull', False), models.Q(('suspended_reason', ''), _negated=True)), _connector='OR'), name='licence_suspended_with_reason')],
            },
        ),
        migrations.CreateModel(
            name='PracticeSitting',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ('trainee', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='practice_sitting', to=settings.AUTH_USER_MODEL)),
                ('stage', models.CharField(blank=True, help_text='Empty at the end.', max_length=60)),
                ('finished', models.JSONField(default=list, help_text='Codes of the stages finished, in order.')),
                ('sealed_answers', models.BinaryField(null=True)),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='Vignette',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ('owner', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='competency.program')),
                ('code', models.CharField(max_length=60)),
                ('title', models.CharField(max_length=200)),
                ('shared', models.BooleanField(default=False)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('owner', 'code'), name='vignette_code_unique')],
            },
        ),
        migrations.CreateModel(
            name='Form',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ('assessment', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='forms', to='assessments.assessment')),
                ('number', models.PositiveSmallIntegerField()),
                ('title', models.CharField(max_length=120)),
            ],
            options={
                'ordering': ['number'],
                'triggers': [pgtrigger.compiler.Trigger(name='frozen_with', sql=pgtrigger.compiler.UpsertTriggerSql(declare='DECLARE owner_state text;', func='\n            IF TG_OP <> \'INSERT\' THEN \n                owner_state := (SELECT t0.state FROM "assessments_assessment" t0  WHERE t0.id = OLD.assessment_id FOR SHARE OF t0);\n                IF owner_state NOT IN (\'draft\') THEN\n                    RAISE EXCEPTION \'form: what it belongs to is frozen\' USING ERRCODE = \'check_violation\';\n                END IF;\n             END IF;\n            IF TG_OP <> \'DELETE\' THEN \n                owner_state := (SELECT t0.state FROM "assessments_assessment" t0  WHERE t0.id = NEW.assessment_id FOR SHARE OF t0);\n                IF owner_state NOT IN (\'draft\') THEN\n                    RAISE EXCEPTION \'form: what it belongs to is frozen\' USING ERRCODE = \'check_violation\';\n                END IF;\n             END IF;\n            IF TG_OP = \'DELETE\' THEN\n                RETURN OLD;\n            END IF;\n            RETURN NEW;\n        ', hash='ff7fc88c929656638c82b47607841736326eef44', operation='INSERT OR UPDATE OR DELETE', pgid='pgtrigger_frozen_with_a7e88', table='assessments_form', when='BEFORE'))],
                'constraints': [models.UniqueConstraint(fields=('assessment', 'number'), name='form_number_unique'), models.CheckConstraint(condition=models.Q(('number__gte', 1)), name='form_number_from_one')],
            },
        ),
        migrations.CreateModel(
            name='VignetteVersion',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ('number', models.PositiveIntegerField()),
                ('state', models.CharField(choices=[('draft', 'Draft'), ('published', 'Published'), ('retired', 'Retired')], db_index=True, default='draft', max_length=20)),
                ('content_hash', models.CharField(blank=True, max_length=64)),
                ('published_at', models.DateTimeField(null=True)),
                ('published_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('retired_at', models.DateTimeField(null=True)),
                ('vignette', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='versions', to='assessments.vignette')),
                ('rubric_version', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='vignette_versions', to='competency.rubricversion')),
                ('minutes', models.PositiveSmallIntegerField()),
                ('summary', models.TextField()),
                ('content_note', models.TextField(blank=True)),
            ],
            options={
                'triggers': [pgtrigger.compiler.Trigger(name='state_follows_table', sql=pgtrigger.compiler.UpsertTriggerSql(func="\n            IF NEW.state IS DISTINCT FROM OLD.state\n               AND (OLD.state || '>' || NEW.state) NOT IN ('draft>published', 'published>retired') THEN\n                RAISE EXCEPTION 'vignetteversion: the state cannot change like this' USING ERRCODE = 'check_violation';\n            END IF;\n            RETURN NEW;\n        ", hash='58c55f60123650fa64ef83135f566b3ae1e869f9', operation='UPDATE', pgid='pgtrigger_state_follows_table_0d8b6', table='assessments_vignetteversion', when='BEFORE')), pgtrigger.compiler.Trigger(name='frozen', sql=pgtrigger.compiler.UpsertTriggerSql(func="\n            IF (OLD.state <> 'draft') THEN\n                IF TG_OP = 'DELETE' THEN\n                    RAISE EXCEPTION 'vignetteversion: this row is frozen' USING ERRCODE = 'check_violation';\n                ELSIF (to_jsonb(NEW) - ARRAY['state', 'retired_at']::text[]) IS DISTINCT FROM (to_jsonb(OLD) - ARRAY['state', 'retired_at']::text[])\n                THEN\n                    RAISE EXCEPTION 'vignetteversion: this row is frozen' USING ERRCODE = 'check_violation';\n                END IF;\n            END IF;\n            IF TG_OP = 'DELETE' THEN\n                RETURN OLD;\n            END IF;\n            RETURN NEW;\n        ", hash='f08e5ef2c6cf7e34f3bb8bcf6ade8322cadd6457', operation='UPDATE OR DELETE', pgid='pgtrigger_frozen_1614e', table='assessments_vignetteversion', when='BEFORE'))],
                'constraints': [models.UniqueConstraint(fields=('vignette', 'number'), name='vignetteversion_number_unique'), models.CheckConstraint(condition=models.Q(('number__gte', 1)), name='vignetteversion_number_from_one'), models.CheckConstraint(condition=models.Q(models.Q(('content_hash', ''), ('published_at', None), ('published_by', None), ('state', 'draft')), models.Q(models.Q(('state', 'draft'), _negated=True), models.Q(('content_hash', ''), _negated=True), ('published_at__isnull', False), ('published_by__isnull', False)), _connector='OR'), name='vignetteversion_signed'), models.CheckConstraint(condition=models.Q(('state__in', ['draft', 'published', 'retired'])), name='vignetteversion_known_state'), models.CheckConstraint(condition=models.Q(('minutes__gte', 1)), name='vignetteversion_some_time')],
            },
        ),
        migrations.CreateModel(
            name='Attempt',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ('enrolment', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='attempts', to='competency.enrolment')),
                ('assessment', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='attempts', to='assessments.assessment')),
                ('form', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='attempts', to='assessments.form')),
                ('number', models.PositiveSmallIntegerField(default=1)),
                ('round', models.PositiveSmallIntegerField(default=1)),
                ('state', models.CharField(choices=[('assigned', 'Assigned'), ('in_progress', 'In progress'), ('handed_in', 'Handed in'), ('marked', 'Marked'), ('decided', 'Decided'), ('lapsed', 'Lapsed'), ('void', 'Void')], db_index=True, default='assigned', max_length=20)),
                ('opens_at', models.DateTimeField()),
                ('closes_at', models.DateTimeField()),
                ('allowed_seconds', models.PositiveIntegerField(help_text='Including any accommodation.')),
                ('accommodated', models.BooleanField(default=False)),
                ('pause_seconds', models.PositiveIntegerField(default=0, help_text='Pauses allowed in all.')),
                ('sitting_mode', models.CharField(choices=[('invigilated', 'Invigilated'), ('unsupervised', 'Not invigilated')], max_length=20)),
                ('identity_check', models.CharField(blank=True, max_length=200)),
                ('started_at', models.DateTimeField(null=True)),
                ('due_at', models.DateTimeField(null=True)),
                ('handed_in_at', models.DateTimeField(null=True)),
                ('released_at', models.DateTimeField(null=True)),
                ('void_reason', models.TextField(blank=True)),
            ],
            options={
                'triggers': [pgtrigger.compiler.Trigger(name='state_follows_table', sql=pgtrigger.compiler.UpsertTriggerSql(func="\n            IF NEW.state IS DISTINCT FROM OLD.state\n               AND (OLD.state || '>' || NEW.state) NOT IN ('assigned>in_progress', 'assigned>lapsed', 'assigned>void', 'decided>handed_in', 'decided>in_progress', 'handed_in>marked', 'in_progress>handed_in', 'in_progress>void', 'marked>decided', 'marked>handed_in') THEN\n                RAISE EXCEPTION 'attempt: the state cannot change like this' USING ERRCODE = 'check_violation';\n            END IF;\n            RETURN NEW;\n        ", hash='07b4e5066e95b8301666c70dd0fa44bb60d00612', operation='UPDATE', pgid='pgtrigger_state_follows_table_f6fb0', table='assessments_attempt', when='BEFORE'))],
                'constraints': [models.UniqueConstraint(fields=('enrolment', 'assessment', 'number'), name='attempt_number_unique'), models.CheckConstraint(condition=models.Q(('state__in', ['assigned', 'in_progress', 'handed_in', 'marked', 'decided', 'lapsed', 'void'])), name='attempt_known_state'), models.CheckConstraint(condition=models.Q(('number__gte', 1)), name='attempt_number_from_one'), models.CheckConstraint(condition=models.Q(('closes_at__gt', models.F('opens_at'))), name='attempt_window_is_open'), models.CheckConstraint(condition=models.Q(('allowed_seconds__gte', 60)), name='attempt_has_some_time'), models.CheckConstraint(condition=models.Q(models.Q(('due_at', None), ('started_at', None)), models.Q(('due_at__gt', models.F('started_at')), ('due_at__isnull', False), ('started_at__isnull', False)), _connector='OR'), name='attempt_due_after_start'), models.CheckConstraint(condition=models.Q(models.Q(('state__in', ['assigned', 'lapsed']), _negated=True), ('started_at', None), _connector='OR'), name='attempt_not_started_yet'), models.CheckConstraint(condition=models.Q(models.Q(('state__in', ['in_progress', 'handed_in', 'marked', 'decided']), _negated=True), ('started_at__isnull', False), _connector='OR'), name='attempt_started'), models.CheckConstraint(condition=models.Q(models.Q(('state__in', ['handed_in', 'marked', 'decided']), _negated=True), ('handed_in_at__isnull', False), _connector='OR'), name='attempt_handed_in'), models.CheckConstraint(condition=models.Q(models.Q(('state', 'void'), models.Q(('void_reason', ''), _negated=True)), models.Q(models.Q(('state', 'void'), _negated=True), ('void_reason', '')), _connector='OR'), name='attempt_void_with_reason')],
            },
        ),
        migrations.CreateModel(
            name='Key',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ('number', models.PositiveIntegerField()),
                ('state', models.CharField(choices=[('draft', 'Draft'), ('published', 'Published'), ('retired', 'Retired')], db_index=True, default='draft', max_length=20)),
                ('content_hash', models.CharField(blank=True, max_length=64)),
                ('published_at', models.DateTimeField(null=True)),
                ('published_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('retired_at', models.DateTimeField(null=True)),
                ('vignette_version', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='keys', to='assessments.vignetteversion')),
                ('scope_profile_version', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='keys', to='competency.scopeprofileversion')),
                ('status_note', models.TextField(blank=True)),
            ],
            options={
                'triggers': [pgtrigger.compiler.Trigger(name='state_follows_table', sql=pgtrigger.compiler.UpsertTriggerSql(func="\n            IF NEW.state IS DISTINCT FROM OLD.state\n               AND (OLD.state || '>' || NEW.state) NOT IN ('draft>published', 'published>retired') THEN\n                RAISE EXCEPTION 'key: the state cannot change like this' USING ERRCODE = 'check_violation';\n            END IF;\n            RETURN NEW;\n        ", hash='26836e8628d5215b7aa272a0f9f313c9f241f01d', operation='UPDATE', pgid='pgtrigger_state_follows_table_63edd', table='assessments_key', when='BEFORE')), pgtrigger.compiler.Trigger(name='frozen', sql=pgtrigger.compiler.UpsertTriggerSql(func="\n            IF (OLD.state <> 'draft') THEN\n                IF TG_OP = 'DELETE' THEN\n                    RAISE EXCEPTION 'key: this row is frozen' USING ERRCODE = 'check_violation';\n                ELSIF (to_jsonb(NEW) - ARRAY['state', 'retired_at']::text[]) IS DISTINCT FROM (to_jsonb(OLD) - ARRAY['state', 'retired_at']::text[])\n                THEN\n                    RAISE EXCEPTION 'key: this row is frozen' USING ERRCODE = 'check_violation';\n                END IF;\n            END IF;\n            IF TG_OP = 'DELETE' THEN\n                RETURN OLD;\n            END IF;\n            RETURN NEW;\n        ", hash='2a5f7c2b7cb16bb8e57015a0ad183bd8a006be8a', operation='UPDATE OR DELETE', pgid='pgtrigger_frozen_dda6f', table='assessments_key', when='BEFORE'))],
                'constraints': [models.UniqueConstraint(fields=('vignette_version', 'scope_profile_version', 'number'), name='key_number_unique'), models.CheckConstraint(condition=models.Q(('number__gte', 1)), name='key_number_from_one'), models.CheckConstraint(condition=models.Q(models.Q(('content_hash', ''), ('published_at', None), ('published_by', None), ('state', 'draft')), models.Q(models.Q(('state', 'draft'), _negated=True), models.Q(('content_hash', ''), _negated=True), ('published_at__isnull', False), ('published_by__isnull', False)), _connector='OR'), name='key_signed'), models.CheckConstraint(condition=models.Q(('state__in', ['draft', 'published', 'retired'])), name='key_known_state')],
            },
        ),
        migrations.CreateModel(
            name='Sitting',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ('cohort', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='sittings', to='competency.cohort')),
                ('enrolment', models.ForeignKey(help_text='Of the one it is for.', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='competency.enrolment')),
                ('assessment', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='sittings', to='assessments.assessment')),
                ('first_form', models.ForeignKey(help_text='None: they take turns.', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='assessments.form')),
                ('state', models.CharField(choices=[('planned', 'Planned'), ('open', 'Open'), ('closed', 'Closed'), ('cancelled', 'Cancelled')], db_index=True, default='planned', max_length=20)),
                ('opens_at', models.DateTimeField()),
                ('closes_at', models.DateTimeField()),
                ('sitting_mode', models.CharField(choices=[('invigilated', 'Invigilated'), ('unsupervised', 'Not invigilated')], max_length=20)),
                ('opened_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('idempotency_key', models.UUIDField(help_text='Of the press of the button that opened it.')),
                ('cancelled_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('cancelled_reason', models.TextField(blank=True)),
            ],
            options={
                'triggers': [pgtrigger.compiler.Trigger(name='state_follows_table', sql=pgtrigger.compiler.UpsertTriggerSql(func="\n            IF NEW.state IS DISTINCT FROM OLD.state\n               AND (OLD.state || '>' || NEW.state) NOT IN ('open>cancelled', 'open>closed', 'planned>cancelled', 'planned>open') THEN\n                RAISE EXCEPTION 'sitting: the state cannot change like this' USING ERRCODE = 'check_violation';\n            END IF;\n            RETURN NEW;\n        ", hash='270d2ad3252e8ffe4390fca56f25c7477352ab3d', operation='UPDATE', pgid='pgtrigger_state_follows_table_76497', table='assessments_sitting', when='BEFORE')), pgtrigger.compiler.Trigger(name='frozen', sql=pgtrigger.compiler.UpsertTriggerSql(func="\n            IF (OLD.state IN ('closed', 'cancelled')) THEN\n                IF TG_OP = 'DELETE' THEN\n                    RAISE EXCEPTION 'sitting: this row is frozen' USING ERRCODE = 'check_violation';\n                ELSIF (to_jsonb(NEW) - ARRAY[]::text[]) IS DISTINCT FROM (to_jsonb(OLD) - ARRAY[]::text[])\n                THEN\n                    RAISE EXCEPTION 'sitting: this row is frozen' USING ERRCODE = 'check_violation';\n                END IF;\n            END IF;\n            IF TG_OP = 'DELETE' THEN\n                RETURN OLD;\n            END IF;\n            RETURN NEW;\n        ", hash='ae1f61a5f9a34c46dae711372b5a3882c530f525', operation='UPDATE OR DELETE', pgid='pgtrigger_frozen_dd94f', table='assessments_sitting', when='BEFORE'))],
                'constraints': [models.CheckConstraint(condition=models.Q(('state__in', ['planned', 'open', 'closed', 'cancelled'])), name='sitting_known_state'), models.CheckConstraint(condition=models.Q(('closes_at__gt', models.F('opens_at'))), name='sitting_window_is_open'), models.CheckConstraint(condition=models.Q(('sitting_mode__in', ['invigilated', 'unsupervised'])), name='sitting_known_mode'), models.UniqueConstraint(fields=('cohort', 'idempotency_key'), name='sitting_opened_once'), models.CheckConstraint(condition=models.Q(models.Q(('cancelled_by__isnull', False), ('state', 'cancelled'), models.Q(('cancelled_reason', ''), _negated=True)), models.Q(models.Q(('state', 'cancelled'), _negated=True), ('cancelled_by', None), ('cancelled_reason', '')), _connector='OR'), name='sitting_cancelled_with_reason')],
            },
        ),
        migrations.CreateModel(
            name='Stage',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ('version', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='stages', to='assessments.vignetteversion')),
                ('code', models.CharField(max_length=60)),
                ('title', models.CharField(max_length=200)),
                ('position', models.PositiveSmallIntegerField()),
                ('narrative', models.JSONField(help_text='Lines of a transcript: speaker (or null) and text.')),
                ('known', models.JSONField(default=list, help_text='What the therapist knows so far.')),
                ('next', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='assessments.stage')),
            ],
            options={
                'ordering': ['position'],
                'triggers': [pgtrigger.compiler.Trigger(name='frozen_with', sql=pgtrigger.compiler.UpsertTriggerSql(declare='DECLARE owner_state text;', func='\n            IF TG_OP <> \'INSERT\' THEN \n                owner_state := (SELECT t0.state FROM "assessments_vignetteversion" t0  WHERE t0.id = OLD.version_id FOR SHARE OF t0);\n                IF owner_state NOT IN (\'draft\') THEN\n                    RAISE EXCEPTION \'stage: what it belongs to is frozen\' USING ERRCODE = \'check_violation\';\n                END IF;\n             END IF;\n            IF TG_OP <> \'DELETE\' THEN \n                owner_state := (SELECT t0.state FROM "assessments_vignetteversion" t0  WHERE t0.id = NEW.version_id FOR SHARE OF t0);\n                IF owner_state NOT IN (\'draft\') THEN\n                    RAISE EXCEPTION \'stage: what it belongs to is frozen\' USING ERRCODE = \'check_violation\';\n                END IF;\n             END IF;\n            IF TG_OP = \'DELETE\' THEN\n                RETURN OLD;\n            END IF;\n            RETURN NEW;\n        ', hash='15a37986a1b1bcf6be96bf8202738dcb410aa460', operation='INSERT OR UPDATE OR DELETE', pgid='pgtrigger_frozen_with_ac698', table='assessments_stage', when='BEFORE'))],
                'constraints': [models.UniqueConstraint(fields=('version', 'code'), name='stage_code_unique'), models.UniqueConstraint(fields=('version', 'position'), name='stage_position_unique'), models.CheckConstraint(condition=models.Q(('next', None), models.Q(('next', models.F('id')), _negated=True), _connector='OR'), name='stage_not_next_to_itself')],
            },
        ),
        migrations.CreateModel(
            name='Extension',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ('attempt', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='extensions', to='assessments.attempt')),
                ('extra_seconds', models.PositiveIntegerField(default=0)),
                ('closes_at', models.DateTimeField(null=True)),
                ('sealed_reason', models.BinaryField()),
                ('granted_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['created_at'],
                'triggers': [pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="\n            IF (TRUE) THEN\n                IF TG_OP = 'DELETE' THEN\n                    RAISE EXCEPTION 'extension: this row is frozen' USING ERRCODE = 'check_violation';\n                ELSIF (to_jsonb(NEW) - ARRAY[]::text[]) IS DISTINCT FROM (to_jsonb(OLD) - ARRAY[]::text[])\n                THEN\n                    RAISE EXCEPTION 'extension: this row is frozen' USING ERRCODE = 'check_violation';\n                END IF;\n            END IF;\n            IF TG_OP = 'DELETE' THEN\n                RETURN OLD;\n            END IF;\n            RETURN NEW;\n        ", hash='641bd022c237b2d818aecea7103e1da054ee7a9d', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_947bd', table='assessments_extension', when='BEFORE'))],
                'constraints': [models.CheckConstraint(condition=models.Q(('extra_seconds__gt', 0), ('closes_at__isnull', False), _connector='OR'), name='extension_gives_something')],
            },
        ),
        migrations.CreateModel(
            name='FormVignette',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ('form', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='vignettes', to='assessments.form')),
                ('position', models.PositiveSmallIntegerField()),
                ('vignette_version', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='assessments.vignetteversion')),
                ('key', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='assessments.key')),
            ],
            options={
                'ordering': ['position'],
                'triggers': [pgtrigger.compiler.Trigger(name='frozen_with', sql=pgtrigger.compiler.UpsertTriggerSql(declare='DECLARE owner_state text;', func='\n            IF TG_OP <> \'INSERT\' THEN \n                owner_state := (SELECT t1.state FROM "assessments_form" t0 JOIN "assessments_assessment" t1 ON t1.id = t0.assessment_id WHERE t0.id = OLD.form_id FOR SHARE OF t1);\n                IF owner_state NOT IN (\'draft\') THEN\n                    RAISE EXCEPTION \'formvignette: what it belongs to is frozen\' USING ERRCODE = \'check_violation\';\n                END IF;\n             END IF;\n            IF TG_OP <> \'DELETE\' THEN \n                owner_state := (SELECT t1.state FROM "assessments_form" t0 JOIN "assessments_assessment" t1 ON t1.id = t0.assessment_id WHERE t0.id = NEW.form_id FOR SHARE OF t1);\n                IF owner_state NOT IN (\'draft\') THEN\n                    RAISE EXCEPTION \'formvignette: what it belongs to is frozen\' USING ERRCODE = \'check_violation\';\n                END IF;\n             END IF;\n            IF TG_OP = \'DELETE\' THEN\n                RETURN OLD;\n            END IF;\n            RETURN NEW;\n        ', hash='b09805aabf83b5da924714b4a5ad7083f604f1c6', operation='INSERT OR UPDATE OR DELETE', pgid='pgtrigger_frozen_with_48a88', table='assessments_formvignette', when='BEFORE'))],
                'constraints': [models.UniqueConstraint(fields=('form', 'position'), name='formvignette_position'), models.UniqueConstraint(fields=('form', 'vignette_version'), name='formvignette_once')],
            },
        ),
        migrations.CreateModel(
            name='Opinion',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ('attempt', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='opinions', to='assessments.attempt')),
                ('round', models.PositiveSmallIntegerField()),
                ('judge', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='opinions', to=settings.AUTH_USER_MODEL)),
                ('pseudonym', models.CharField(max_length=20)),
                ('outcome', models.CharField(blank=True, choices=[('competent', 'Competent'), ('not_yet', 'Not yet competent'), ('refer', 'Refer')], max_length=20)),
                ('reason', models.TextField(blank=True)),
                ('given_at', models.DateTimeField(null=True)),
            ],
            options={
                'triggers': [pgtrigger.compiler.Trigger(name='frozen', sql=pgtrigger.compiler.UpsertTriggerSql(func="\n            IF (OLD.given_at IS NOT NULL) THEN\n                IF TG_OP = 'DELETE' THEN\n                    RAISE EXCEPTION 'opinion: this row is frozen' USING ERRCODE = 'check_violation';\n                ELSIF (to_jsonb(NEW) - ARRAY[]::text[]) IS DISTINCT FROM (to_jsonb(OLD) - ARRAY[]::text[])\n                THEN\n                    RAISE EXCEPTION 'opinion: this row is frozen' USING ERRCODE = 'check_violation';\n                END IF;\n            END IF;\n            IF TG_OP = 'DELETE' THEN\n                RETURN OLD;\n            END IF;\n            RETURN NEW;\n        ", hash='a147f0a5d4679248b117873701dcb1c162e0f9ed', operation='UPDATE OR DELETE', pgid='pgtrigger_frozen_24cdc', table='assessments_opinion', when='BEFORE'))],
                'constraints': [models.UniqueConstraint(fields=('attempt', 'round', 'judge'), name='opinion_once'), models.CheckConstraint(condition=models.Q(models.Q(('given_at', None), ('outcome', ''), ('reason', '')), models.Q(('given_at__isnull', False), ('outcome__in', ['competent', 'not_yet']), models.Q(('reason', ''), _negated=True)), _connector='OR'), name='opinion_given_with_reason')],
            },
        ),
        migrations.CreateModel(
            name='Panelist',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ('key', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='panelists', to='assessments.key')),
                ('name', models.CharField(max_length=200)),
                ('credentials', models.CharField(max_length=200)),
                ('position', models.PositiveSmallIntegerField()),
            ],
            options={
                'ordering': ['position'],
                'triggers': [pgtrigger.compiler.Trigger(name='frozen_with', sql=pgtrigger.compiler.UpsertTriggerSql(declare='DECLARE owner_state text;', func='\n            IF TG_OP <> \'INSERT\' THEN \n                owner_state := (SELECT t0.state FROM "assessments_key" t0  WHERE t0.id = OLD.key_id FOR SHARE OF t0);\n                IF owner_state NOT IN (\'draft\') THEN\n                    RAISE EXCEPTION \'panelist: what it belongs to is frozen\' USING ERRCODE = \'check_violation\';\n                END IF;\n             END IF;\n            IF TG_OP <> \'DELETE\' THEN \n                owner_state := (SELECT t0.state FROM "assessments_key" t0  WHERE t0.id = NEW.key_id FOR SHARE OF t0);\n                IF owner_state NOT IN (\'draft\') THEN\n                    RAISE EXCEPTION \'panelist: what it belongs to is frozen\' USING ERRCODE = \'check_violation\';\n                END IF;\n             END IF;\n            IF TG_OP = \'DELETE\' THEN\n                RETURN OLD;\n            END IF;\n            RETURN NEW;\n        ', hash='00adb0e88021c9fb339c494d11f2b8864952e625', operation='INSERT OR UPDATE OR DELETE', pgid='pgtrigger_frozen_with_d5bb3', table='assessments_panelist', when='BEFORE'))],
                'constraints': [models.UniqueConstraint(fields=('key', 'name'), name='panelist_once'), models.UniqueConstraint(fields=('key', 'position'), name='panelist_position')],
            },
        ),
        migrations.CreateModel(
            name='Pause',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ('attempt', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='pauses', to='assessments.attempt')),
                ('started_at', models.DateTimeField()),
                ('ended_at', models.DateTimeField(null=True)),
            ],
            options={
                'ordering': ['started_at'],
                'triggers': [pgtrigger.compiler.Trigger(name='frozen', sql=pgtrigger.compiler.UpsertTriggerSql(func="\n            IF (OLD.ended_at IS NOT NULL) THEN\n                IF TG_OP = 'DELETE' THEN\n                    RAISE EXCEPTION 'pause: this row is frozen' USING ERRCODE = 'check_violation';\n                ELSIF (to_jsonb(NEW) - ARRAY[]::text[]) IS DISTINCT FROM (to_jsonb(OLD) - ARRAY[]::text[])\n                THEN\n                    RAISE EXCEPTION 'pause: this row is frozen' USING ERRCODE = 'check_violation';\n                END IF;\n            END IF;\n            IF TG_OP = 'DELETE' THEN\n                RETURN OLD;\n            END IF;\n            RETURN NEW;\n        ", hash='6bd0eae8d005ceaede658e22ad027725dc2a3e3e', operation='UPDATE OR DELETE', pgid='pgtrigger_frozen_8fe31', table='assessments_pause', when='BEFORE'))],
                'constraints': [models.UniqueConstraint(condition=models.Q(('ended_at', None)), fields=('attempt',), name='pause_one_open'), models.CheckConstraint(condition=models.Q(('ended_at', None), ('ended_at__gte', models.F('started_at')), _connector='OR'), name='pause_ends_after_start')],
            },
        ),
        migrations.CreateModel(
            name='Place',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ('sitting', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='places', to='assessments.sitting')),
                ('enrolment', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='places', to='competency.enrolment')),
                ('form', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='assessments.form')),
                ('attempt', models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='place', to='assessments.attempt')),
                ('left_out', models.CharField(blank=True, choices=[('open_already', 'Has one open already'), ('being_marked', 'An earlier attempt is not decided yet'), ('competent', 'Competent already'), ('used_up', 'The re-sits are used up'), ('too_early', 'Must wait before sitting again'), ('no_other_form', 'No other form to sit'), ('account_closed', 'The account is closed'), ('no_trainee', 'Not a trainee of the program any more'), ('on_leave', 'On leave'), ('oneself', 'Another director opens it for you'), ('not_published', 'The assessment was retired meanwhile'), ('cancelled', 'The sitting was cancelled')], max_length=20)),
                ('waits_until', models.DateTimeField(null=True)),
                ('settled_at', models.DateTimeField(null=True)),
            ],
            options={
                'triggers': [pgtrigger.compiler.Trigger(name='settled', sql=pgtrigger.compiler.UpsertTriggerSql(func="\n            IF (OLD.settled_at IS NOT NULL) THEN\n                IF TG_OP = 'DELETE' THEN\n                    RAISE EXCEPTION 'place: this row is frozen' USING ERRCODE = 'check_violation';\n                ELSIF (to_jsonb(NEW) - ARRAY[]::text[]) IS DISTINCT FROM (to_jsonb(OLD) - ARRAY[]::text[])\n                THEN\n                    RAISE EXCEPTION 'place: this row is frozen' USING ERRCODE = 'check_violation';\n                END IF;\n            END IF;\n            IF TG_OP = 'DELETE' THEN\n                RETURN OLD;\n            END IF;\n            RETURN NEW;\n        ", hash='29f5f7d39c92da1401e75cd71e41c50ad777cc5a', operation='UPDATE OR DELETE', pgid='pgtrigger_settled_86314', table='assessments_place', when='BEFORE'))],
                'constraints': [models.UniqueConstraint(fields=('sitting', 'enrolment'), name='place_once'), models.CheckConstraint(condition=models.Q(('left_out__in', ['', 'open_already', 'being_marked', 'competent', 'used_up', 'too_early', 'no_other_form', 'account_closed', 'no_trainee', 'on_leave', 'oneself', 'not_published', 'cancelled'])), name='place_known_reason'), models.CheckConstraint(condition=models.Q(models.Q(('attempt', None), ('left_out', ''), ('settled_at', None)), models.Q(('attempt__isnull', False), ('left_out', ''), ('settled_at__isnull', False)), models.Q(('attempt', None), ('settled_at__isnull', False), models.Q(('left_out', ''), _negated=True)), _connector='OR'), name='place_settled_one_way'), models.CheckConstraint(condition=models.Q(('waits_until', None), ('left_out', 'too_early'), _connector='OR'), name='place_waits_for_date')],
                'indexes': [models.Index(condition=models.Q(('settled_at', None)), fields=['sitting'], name='place_to_open')],
            },
        ),
        migrations.CreateModel(
            name='ReserveVignette',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ('assessment', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='reserves', to='assessments.assessment')),
                ('position', models.PositiveSmallIntegerField()),
                ('vignette_version', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='assessments.vignetteversion')),
                ('key', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='assessments.key')),
            ],
            options={
                'ordering': ['position'],
                'triggers': [pgtrigger.compiler.Trigger(name='frozen_with', sql=pgtrigger.compiler.UpsertTriggerSql(declare='DECLARE owner_state text;', func='\n            IF TG_OP <> \'INSERT\' THEN \n                owner_state := (SELECT t0.state FROM "assessments_assessment" t0  WHERE t0.id = OLD.assessment_id FOR SHARE OF t0);\n                IF owner_state NOT IN (\'draft\') THEN\n                    RAISE EXCEPTION \'reservevignette: what it belongs to is frozen\' USING ERRCODE = \'check_violation\';\n                END IF;\n             END IF;\n            IF TG_OP <> \'DELETE\' THEN \n                owner_state := (SELECT t0.state FROM "assessments_assessment" t0  WHERE t0.id = NEW.assessment_id FOR SHARE OF t0);\n                IF owner_state NOT IN (\'draft\') THEN\n                    RAISE EXCEPTION \'reservevignette: what it belongs to is frozen\' USING ERRCODE = \'check_violation\';\n                END IF;\n             END IF;\n            IF TG_OP = \'DELETE\' THEN\n                RETURN OLD;\n            END IF;\n            RETURN NEW;\n        ', hash='051948a587c43f79877d0c776e55c76c9495bdf9', operation='INSERT OR UPDATE OR DELETE', pgid='pgtrigger_frozen_with_861d0', table='assessments_reservevignette', when='BEFORE'))],
                'constraints': [models.UniqueConstraint(fields=('assessment', 'position'), name='reserve_position'), models.UniqueConstraint(fields=('assessment', 'vignette_version'), name='reserve_once')],
            },
        ),
        migrations.CreateModel(
            name='Submission',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ('attempt', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='submissions', to='assessments.attempt')),
                ('position', models.PositiveSmallIntegerField()),
                ('vignette_version', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='submissions', to='assessments.vignetteversion')),
                ('key', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='submissions', to='assessments.key')),
                ('state', models.CharField(choices=[('drafting', 'Drafting'), ('received', 'Received'), ('scored', 'Scored'), ('under_review', 'Under review'), ('awaiting', 'Awaiting reviewer'), ('adjudicating', 'Adjudicating'), ('marked', 'Marked')], db_index=True, default='drafting', max_length=20)),
                ('round', models.PositiveSmallIntegerField(default=1)),
                ('base_round', models.PositiveSmallIntegerField(default=1, help_text='Judgements count from this round on.')),
                ('extra_reviews', models.PositiveSmallIntegerField(default=0)),
                ('reserve', models.BooleanField(default=False)),
                ('current_stage', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='assessments.stage')),
                ('received_at', models.DateTimeField(null=True)),
                ('content_hash', models.CharField(blank=True, max_length=64)),
            ],
            options={
                'triggers': [pgtrigger.compiler.Trigger(name='state_follows_table', sql=pgtrigger.compiler.UpsertTriggerSql(func="\n            IF NEW.state IS DISTINCT FROM OLD.state\n               AND (OLD.state || '>' || NEW.state) NOT IN ('adjudicating>marked', 'awaiting>under_review', 'drafting>received', 'marked>under_review', 'received>scored', 'scored>awaiting', 'scored>under_review', 'under_review>adjudicating', 'under_review>awaiting', 'under_review>marked') THEN\n                RAISE EXCEPTION 'submission: the state cannot change like this' USING ERRCODE = 'check_violation';\n            END IF;\n            RETURN NEW;\n        ", hash='50eca4ae57ebd35f87cd46102479843829a0e500', operation='UPDATE', pgid='pgtrigger_state_follows_table_6bc9e', table='assessments_submission', when='BEFORE')), pgtrigger.compiler.Trigger(name='frozen', sql=pgtrigger.compiler.UpsertTriggerSql(func="\n            IF (OLD.state <> 'drafting') THEN\n                IF TG_OP = 'DELETE' THEN\n                    RAISE EXCEPTION 'submission: this row is frozen' USING ERRCODE = 'check_violation';\n                ELSIF (to_jsonb(NEW) - ARRAY['state', 'round', 'base_round', 'extra_reviews']::text[]) IS DISTINCT FROM (to_jsonb(OLD) - ARRAY['state', 'round', 'base_round', 'extra_reviews']::text[])\n                THEN\n                    RAISE EXCEPTION 'submission: this row is frozen' USING ERRCODE = 'check_violation';\n                END IF;\n            END IF;\n            IF TG_OP = 'DELETE' THEN\n                RETURN OLD;\n            END IF;\n            RETURN NEW;\n        ", hash='4922d9c45399e89286ad1f9bfe6cf693f1134070', operation='UPDATE OR DELETE', pgid='pgtrigger_frozen_609e8', table='assessments_submission', when='BEFORE'))],
                'constraints': [models.UniqueConstraint(fields=('attempt', 'vignette_version'), name='submission_per_vignette'), models.UniqueConstraint(fields=('attempt', 'position'), name='submission_position'), models.CheckConstraint(condition=models.Q(('state__in', ['drafting', 'received', 'scored', 'under_review', 'awaiting', 'adjudicating', 'marked'])), name='submission_known_state'), models.CheckConstraint(condition=models.Q(models.Q(('content_hash', ''), ('received_at', None), ('state', 'drafting')), models.Q(models.Q(('state', 'drafting'), _negated=True), ('received_at__isnull', False), models.Q(('content_hash', ''), _negated=True)), _connector='OR'), name='submission_received_with_hash'), models.CheckConstraint(condition=models.Q(('base_round__gte', 1), ('base_round__lte', models.F('round'))), name='submission_base_round_known')],
            },
        ),
        migrations.CreateModel(
            name='Adjudication',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ('submission', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='adjudications', to='assessments.submission')),
                ('round', models.PositiveSmallIntegerField(default=1)),
                ('adjudicator', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='adjudications', to=settings.AUTH_USER_MODEL)),
                ('completed_at', models.DateTimeField(null=True)),
                ('disputed', models.ManyToManyField(related_name='+', to='competency.criterion')),
            ],
            options={
                'triggers': [pgtrigger.compiler.Trigger(name='frozen', sql=pgtrigger.compiler.UpsertTriggerSql(func="\n            IF (OLD.completed_at IS NOT NULL) THEN\n                IF TG_OP = 'DELETE' THEN\n                    RAISE EXCEPTION 'adjudication: this row is frozen' USING ERRCODE = 'check_violation';\n                ELSIF (to_jsonb(NEW) - ARRAY[]::text[]) IS DISTINCT FROM (to_jsonb(OLD) - ARRAY[]::text[])\n                THEN\n                    RAISE EXCEPTION 'adjudication: this row is frozen' USING ERRCODE = 'check_violation';\n                END IF;\n            END IF;\n            IF TG_OP = 'DELETE' THEN\n                RETURN OLD;\n            END IF;\n            RETURN NEW;\n        ", hash='f53ca2a28661f7359ba4f807c9941171f66c1254', operation='UPDATE OR DELETE', pgid='pgtrigger_frozen_f2368', table='assessments_adjudication', when='BEFORE'))],
                'constraints': [models.UniqueConstraint(fields=('submission', 'round'), name='adjudication_per_round')],
            },
        ),
        migrations.CreateModel(
            name='Review',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ('submission', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='reviews', to='assessments.submission')),
                ('reviewer', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='reviews', to=settings.AUTH_USER_MODEL)),
                ('round', models.PositiveSmallIntegerField(default=1)),
                ('seat', models.PositiveSmallIntegerField()),
                ('state', models.CharField(choices=[('assigned', 'Assigned'), ('in_progress', 'In progress'), ('completed', 'Completed'), ('recused', 'Recused'), ('lapsed', 'Lapsed')], db_index=True, default='assigned', max_length=20)),
                ('pseudonym', models.CharField(help_text="The trainee's, in this review alone.", max_length=20)),
                ('leased_until', models.DateTimeField()),
                ('started_at', models.DateTimeField(null=True)),
                ('completed_at', models.DateTimeField(null=True)),
                ('active_seconds', models.PositiveIntegerField(help_text='At the desk, if known.', null=True)),
                ('recused_reason', models.TextField(blank=True)),
                ('summary', models.TextField(blank=True)),
            ],
            options={
                'triggers': [pgtrigger.compiler.Trigger(name='state_follows_table', sql=pgtrigger.compiler.UpsertTriggerSql(func="\n            IF NEW.state IS DISTINCT FROM OLD.state\n               AND (OLD.state || '>' || NEW.state) NOT IN ('assigned>in_progress', 'assigned>lapsed', 'assigned>recused', 'in_progress>completed', 'in_progress>lapsed', 'in_progress>recused') THEN\n                RAISE EXCEPTION 'review: the state cannot change like this' USING ERRCODE = 'check_violation';\n            END IF;\n            RETURN NEW;\n        ", hash='46f15a3b3587c3bffcb81bc3345aab9767783e77', operation='UPDATE', pgid='pgtrigger_state_follows_table_ad7b3', table='assessments_review', when='BEFORE')), pgtrigger.compiler.Trigger(name='frozen', sql=pgtrigger.compiler.UpsertTriggerSql(func="\n            IF (OLD.state IN ('completed', 'recused', 'lapsed')) THEN\n                IF TG_OP = 'DELETE' THEN\n                    RAISE EXCEPTION 'review: this row is frozen' USING ERRCODE = 'check_violation';\n                ELSIF (to_jsonb(NEW) - ARRAY[]::text[]) IS DISTINCT FROM (to_jsonb(OLD) - ARRAY[]::text[])\n                THEN\n                    RAISE EXCEPTION 'review: this row is frozen' USING ERRCODE = 'check_violation';\n                END IF;\n            END IF;\n            IF TG_OP = 'DELETE' THEN\n                RETURN OLD;\n            END IF;\n            RETURN NEW;\n        ", hash='722b44b1fbc76748d7d86135731af27d0b4efcec', operation='UPDATE OR DELETE', pgid='pgtrigger_frozen_1be29', table='assessments_review', when='BEFORE'))],
                'constraints': [models.UniqueConstraint(fields=('submission', 'reviewer'), name='review_one_per_reviewer'), models.UniqueConstraint(condition=models.Q(('state__in', ('assigned', 'in_progress', 'completed'))), fields=('submission', 'round', 'seat'), name='review_one_per_seat'), models.CheckConstraint(condition=models.Q(('state__in', ['assigned', 'in_progress', 'completed', 'recused', 'lapsed'])), name='review_known_state'), models.CheckConstraint(condition=models.Q(('seat__gte', 1)), name='review_seat_from_one'), models.CheckConstraint(condition=models.Q(models.Q(('completed_at__isnull', False), ('state', 'completed')), models.Q(models.Q(('state', 'completed'), _negated=True), ('completed_at', None)), _connector='OR'), name='review_completed_at'), models.CheckConstraint(condition=models.Q(models.Q(('state', 'recused'), models.Q(('recused_reason', ''), _negated=True)), models.Q(models.Q(('state', 'recused'), _negated=True), ('recused_reason', '')), _connector='OR'), name='review_recused_with_reason')],
            },
        ),
        migrations.CreateModel(
            name='StageCommit',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ('submission', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='commits', to='assessments.submission')),
                ('stage', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='assessments.stage')),
                ('position', models.PositiveSmallIntegerField()),
                ('committed_at', models.DateTimeField()),
            ],
            options={
                'ordering': ['position'],
                'triggers': [pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="\n            IF (TRUE) THEN\n                IF TG_OP = 'DELETE' THEN\n                    RAISE EXCEPTION 'stagecommit: this row is frozen' USING ERRCODE = 'check_violation';\n                ELSIF (to_jsonb(NEW) - ARRAY[]::text[]) IS DISTINCT FROM (to_jsonb(OLD) - ARRAY[]::text[])\n                THEN\n                    RAISE EXCEPTION 'stagecommit: this row is frozen' USING ERRCODE = 'check_violation';\n                END IF;\n            END IF;\n            IF TG_OP = 'DELETE' THEN\n                RETURN OLD;\n            END IF;\n            RETURN NEW;\n        ", hash='7d5f9420e47dd81549398dc49685da8d5a2a8dec', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_e91e4', table='assessments_stagecommit', when='BEFORE')), pgtrigger.compiler.Trigger(name='frozen_with', sql=pgtrigger.compiler.UpsertTriggerSql(declare='DECLARE owner_state text;', func='\n            IF TG_OP <> \'INSERT\' THEN \n                owner_state := (SELECT t0.state FROM "assessments_submission" t0  WHERE t0.id = OLD.submission_id FOR SHARE OF t0);\n                IF owner_state NOT IN (\'drafting\') THEN\n                    RAISE EXCEPTION \'stagecommit: what it belongs to is frozen\' USING ERRCODE = \'check_violation\';\n                END IF;\n             END IF;\n            IF TG_OP <> \'DELETE\' THEN \n                owner_state := (SELECT t0.state FROM "assessments_submission" t0  WHERE t0.id = NEW.submission_id FOR SHARE OF t0);\n                IF owner_state NOT IN (\'drafting\') THEN\n                    RAISE EXCEPTION \'stagecommit: what it belongs to is frozen\' USING ERRCODE = \'check_violation\';\n                END IF;\n             END IF;\n            IF TG_OP = \'DELETE\' THEN\n                RETURN OLD;\n            END IF;\n            RETURN NEW;\n        ', hash='6f6c10bdcdc398390172099bb5b4bbdc51e1c935', operation='INSERT OR UPDATE OR DELETE', pgid='pgtrigger_frozen_with_1bea3', table='assessments_stagecommit', when='BEFORE'))],
                'constraints': [models.UniqueConstraint(fields=('submission', 'stage'), name='stagecommit_once'), models.UniqueConstraint(fields=('submission', 'position'), name='stagecommit_order')],
            },
        ),
        migrations.CreateModel(
            name='Rating',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ('review', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='ratings', to='assessments.review')),
                ('criterion', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='ratings', to='competency.criterion')),
                ('level', models.PositiveSmallIntegerField()),
                ('rationale', models.TextField()),
            ],
            options={
                'triggers': [pgtrigger.compiler.Trigger(name='frozen_with', sql=pgtrigger.compiler.UpsertTriggerSql(declare='DECLARE owner_state text;', func='\n            IF TG_OP <> \'INSERT\' THEN \n                owner_state := (SELECT t0.state FROM "assessments_review" t0  WHERE t0.id = OLD.review_id FOR SHARE OF t0);\n                IF owner_state NOT IN (\'in_progress\') THEN\n                    RAISE EXCEPTION \'rating: what it belongs to is frozen\' USING ERRCODE = \'check_violation\';\n                END IF;\n             END IF;\n            IF TG_OP <> \'DELETE\' THEN \n                owner_state := (SELECT t0.state FROM "assessments_review" t0  WHERE t0.id = NEW.review_id FOR SHARE OF t0);\n                IF owner_state NOT IN (\'in_progress\') THEN\n                    RAISE EXCEPTION \'rating: what it belongs to is frozen\' USING ERRCODE = \'check_violation\';\n                END IF;\n             END IF;\n            IF TG_OP = \'DELETE\' THEN\n                RETURN OLD;\n            END IF;\n            RETURN NEW;\n        ', hash='e4b0b1e4f31c67a36ca2d909431e59541f589b47', operation='INSERT OR UPDATE OR DELETE', pgid='pgtrigger_frozen_with_cc7a0', table='assessments_rating', when='BEFORE'))],
                'constraints': [models.UniqueConstraint(fields=('review', 'criterion'), name='rating_once'), models.CheckConstraint(condition=models.Q(('level__gte', 1), ('level__lte', 4)), name='rating_level_1_to_4'), models.CheckConstraint(condition=models.Q(('rationale', ''), _negated=True), name='rating_has_rationale')],
            },
        ),
        migrations.CreateModel(
            name='ReviewDraft',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ('sealed', models.BinaryField()),
                ('revision', models.PositiveIntegerField(default=1)),
                ('idem', models.UUIDField(help_text='Of the save that made this revision: it may come twice.')),
                ('saved_at', models.DateTimeField()),
                ('review', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='draft', to='assessments.review')),
                ('active_seconds', models.PositiveIntegerField(default=0, help_text='Spent between saves.')),
            ],
            options={
                'triggers': [pgtrigger.compiler.Trigger(name='frozen_with', sql=pgtrigger.compiler.UpsertTriggerSql(declare='DECLARE owner_state text;', func='\n            IF TG_OP <> \'INSERT\' THEN \n                owner_state := (SELECT t0.state FROM "assessments_review" t0  WHERE t0.id = OLD.review_id FOR SHARE OF t0);\n                IF owner_state NOT IN (\'assigned\', \'in_progress\') THEN\n                    RAISE EXCEPTION \'reviewdraft: what it belongs to is frozen\' USING ERRCODE = \'check_violation\';\n                END IF;\n             END IF;\n            IF TG_OP <> \'DELETE\' THEN \n                owner_state := (SELECT t0.state FROM "assessments_review" t0  WHERE t0.id = NEW.review_id FOR SHARE OF t0);\n                IF owner_state NOT IN (\'assigned\', \'in_progress\') THEN\n                    RAISE EXCEPTION \'reviewdraft: what it belongs to is frozen\' USING ERRCODE = \'check_violation\';\n                END IF;\n             END IF;\n            IF TG_OP = \'DELETE\' THEN\n                RETURN OLD;\n            END IF;\n            RETURN NEW;\n        ', hash='c37c8f95ef42933de5c04cd2bc9ab81bba8a0f82', operation='INSERT OR UPDATE OR DELETE', pgid='pgtrigger_frozen_with_28125', table='assessments_reviewdraft', when='BEFORE'))],
                'constraints': [models.CheckConstraint(condition=models.Q(('revision__gte', 1)), name='reviewdraft_from_one')],
            },
        ),
        migrations.CreateModel(
            name='Settlement',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ('adjudication', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='settlements', to='assessments.adjudication')),
                ('criterion', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='settlements', to='competency.criterion')),
                ('level', models.PositiveSmallIntegerField()),
                ('reason', models.TextField()),
            ],
            options={
                'triggers': [pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="\n            IF (TRUE) THEN\n                IF TG_OP = 'DELETE' THEN\n                    RAISE EXCEPTION 'settlement: this row is frozen' USING ERRCODE = 'check_violation';\n                ELSIF (to_jsonb(NEW) - ARRAY[]::text[]) IS DISTINCT FROM (to_jsonb(OLD) - ARRAY[]::text[])\n                THEN\n                    RAISE EXCEPTION 'settlement: this row is frozen' USING ERRCODE = 'check_violation';\n                END IF;\n            END IF;\n            IF TG_OP = 'DELETE' THEN\n                RETURN OLD;\n            END IF;\n            RETURN NEW;\n        ", hash='29bc75679fd17069d995e1144df1006837ce329c', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_1ee3a', table='assessments_settlement', when='BEFORE'))],
                'constraints': [models.UniqueConstraint(fields=('adjudication', 'criterion'), name='settlement_once'), models.CheckConstraint(condition=models.Q(('level__gte', 1), ('level__lte', 4)), name='settlement_level_1_to_4'), models.CheckConstraint(condition=models.Q(('reason', ''), _negated=True), name='settlement_has_reason')],
            },
        ),
        migrations.CreateModel(
            name='Answer',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ('submission', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='answers', to='assessments.submission')),
                ('choices', models.JSONField(default=dict)),
                ('sealed_text', models.BinaryField(null=True)),
                ('words', models.PositiveIntegerField(default=0)),
                ('revision', models.PositiveIntegerField(default=1)),
                ('saved_at', models.DateTimeField()),
                ('idempotency_key', models.UUIDField(help_text='Of the write that made it.', null=True)),
                ('locked', models.BooleanField(default=False, help_text='Its stage was committed.')),
            ],
            options={
                'triggers': [pgtrigger.compiler.Trigger(name='frozen_with', sql=pgtrigger.compiler.UpsertTriggerSql(declare='DECLARE owner_state text;', func='\n            IF TG_OP <> \'INSERT\' THEN \n                owner_state := (SELECT t0.state FROM "assessments_submission" t0  WHERE t0.id = OLD.submission_id FOR SHARE OF t0);\n                IF owner_state NOT IN (\'drafting\') THEN\n                    RAISE EXCEPTION \'answer: what it belongs to is frozen\' USING ERRCODE = \'check_violation\';\n                END IF;\n             END IF;\n            IF TG_OP <> \'DELETE\' THEN \n                owner_state := (SELECT t0.state FROM "assessments_submission" t0  WHERE t0.id = NEW.submission_id FOR SHARE OF t0);\n                IF owner_state NOT IN (\'drafting\') THEN\n                    RAISE EXCEPTION \'answer: what it belongs to is frozen\' USING ERRCODE = \'check_violation\';\n                END IF;\n             END IF;\n            IF TG_OP = \'DELETE\' THEN\n                RETURN OLD;\n            END IF;\n            RETURN NEW;\n        ', hash='575f5f80313f98bd11254272e0125f642d990349', operation='INSERT OR UPDATE OR DELETE', pgid='pgtrigger_frozen_with_083c8', table='assessments_answer', when='BEFORE')), pgtrigger.compiler.Trigger(name='locked', sql=pgtrigger.compiler.UpsertTriggerSql(func="\n            IF (OLD.locked) THEN\n                IF TG_OP = 'DELETE' THEN\n                    RAISE EXCEPTION 'answer: this row is frozen' USING ERRCODE = 'check_violation';\n                ELSIF (to_jsonb(NEW) - ARRAY[]::text[]) IS DISTINCT FROM (to_jsonb(OLD) - ARRAY[]::text[])\n                THEN\n                    RAISE EXCEPTION 'answer: this row is frozen' USING ERRCODE = 'check_violation';\n                END IF;\n            END IF;\n            IF TG_OP = 'DELETE' THEN\n                RETURN OLD;\n            END IF;\n            RETURN NEW;\n        ", hash='b8e788a9563da91584427c4fbb4f9d5b55e25e74', operation='UPDATE OR DELETE', pgid='pgtrigger_locked_e21f0', table='assessments_answer', when='BEFORE'))],
            },
        ),
        migrations.CreateModel(
            name='Citation',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ('answer', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='assessments.answer')),
                ('start', models.PositiveIntegerField()),
                ('end', models.PositiveIntegerField()),
                ('text_hash', models.CharField(max_length=64)),
                ('rating', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='citations', to='assessments.rating')),
            ],
            options={
                'triggers': [pgtrigger.compiler.Trigger(name='frozen_with', sql=pgtrigger.compiler.UpsertTriggerSql(declare='DECLARE owner_state text;', func='\n            IF TG_OP <> \'INSERT\' THEN \n                owner_state := (SELECT t1.state FROM "assessments_rating" t0 JOIN "assessments_review" t1 ON t1.id = t0.review_id WHERE t0.id = OLD.rating_id FOR SHARE OF t1);\n                IF owner_state NOT IN (\'in_progress\') THEN\n                    RAISE EXCEPTION \'citation: what it belongs to is frozen\' USING ERRCODE = \'check_violation\';\n                END IF;\n             END IF;\n            IF TG_OP <> \'DELETE\' THEN \n                owner_state := (SELECT t1.state FROM "assessments_rating" t0 JOIN "assessments_review" t1 ON t1.id = t0.review_id WHERE t0.id = NEW.rating_id FOR SHARE OF t1);\n                IF owner_state NOT IN (\'in_progress\') THEN\n                    RAISE EXCEPTION \'citation: what it belongs to is frozen\' USING ERRCODE = \'check_violation\';\n                END IF;\n             END IF;\n            IF TG_OP = \'DELETE\' THEN\n                RETURN OLD;\n            END IF;\n            RETURN NEW;\n        ', hash='d5d5b2e17b02f7f8ed046087d29be94a6fe8d33a', operation='INSERT OR UPDATE OR DELETE', pgid='pgtrigger_frozen_with_b11c2', table='assessments_citation', when='BEFORE'))],
                'constraints': [models.CheckConstraint(condition=models.Q(('end__gt', models.F('start'))), name='citation_range_not_empty'), models.CheckConstraint(condition=models.Q(('text_hash', ''), _negated=True), name='citation_words_hashed')],
            },
        ),
        migrations.CreateModel(
            name='HarmFlag',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ('submission', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='harm_flags', to='assessments.submission')),
                ('round', models.PositiveSmallIntegerField(default=1)),
                ('criterion', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='competency.criterion')),
                ('state', models.CharField(choices=[('raised', 'Raised'), ('confirmed', 'Confirmed'), ('dismissed', 'Dismissed')], db_index=True, default='raised', max_length=20)),
                ('settled_at', models.DateTimeField(null=True)),
            ],
            options={
                'triggers': [pgtrigger.compiler.Trigger(name='state_follows_table', sql=pgtrigger.compiler.UpsertTriggerSql(func="\n            IF NEW.state IS DISTINCT FROM OLD.state\n               AND (OLD.state || '>' || NEW.state) NOT IN ('raised>confirmed', 'raised>dismissed') THEN\n                RAISE EXCEPTION 'harmflag: the state cannot change like this' USING ERRCODE = 'check_violation';\n            END IF;\n            RETURN NEW;\n        ", hash='8c5d1dd3c9dfeab4428800e27f35d350fe263789', operation='UPDATE', pgid='pgtrigger_state_follows_table_c91fc', table='assessments_harmflag', when='BEFORE')), pgtrigger.compiler.Trigger(name='frozen', sql=pgtrigger.compiler.UpsertTriggerSql(func="\n            IF (OLD.state <> 'raised') THEN\n                IF TG_OP = 'DELETE' THEN\n                    RAISE EXCEPTION 'harmflag: this row is frozen' USING ERRCODE = 'check_violation';\n                ELSIF (to_jsonb(NEW) - ARRAY[]::text[]) IS DISTINCT FROM (to_jsonb(OLD) - ARRAY[]::text[])\n                THEN\n                    RAISE EXCEPTION 'harmflag: this row is frozen' USING ERRCODE = 'check_violation';\n                END IF;\n            END IF;\n            IF TG_OP = 'DELETE' THEN\n                RETURN OLD;\n            END IF;\n            RETURN NEW;\n        ", hash='6395a990619a7d40f4ed33dd01ce9b4b1e8a7656', operation='UPDATE OR DELETE', pgid='pgtrigger_frozen_ba77c', table='assessments_harmflag', when='BEFORE'))],
                'constraints': [models.CheckConstraint(condition=models.Q(('state__in', ['raised', 'confirmed', 'dismissed'])), name='harmflag_known_state'), models.UniqueConstraint(condition=models.Q(('criterion__isnull', False)), fields=('submission', 'criterion', 'round'), name='harmflag_once_per_criterion'), models.CheckConstraint(condition=models.Q(models.Q(('settled_at', None), ('state', 'raised')), models.Q(models.Q(('state', 'raised'), _negated=True), ('settled_at__isnull', False)), _connector='OR'), name='harmflag_settled_at')],
            },
        ),
        migrations.CreateModel(
            name='HarmJudgement',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ('flag', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='judgements', to='assessments.harmflag')),
                ('judge', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='harm_judgements', to=settings.AUTH_USER_MODEL)),
                ('fresh_reader', models.BooleanField(default=False)),
                ('harmful', models.BooleanField(null=True)),
                ('reason', models.TextField(blank=True)),
                ('judged_at', models.DateTimeField(null=True)),
            ],
            options={
                'triggers': [pgtrigger.compiler.Trigger(name='frozen', sql=pgtrigger.compiler.UpsertTriggerSql(func="\n            IF (OLD.judged_at IS NOT NULL) THEN\n                IF TG_OP = 'DELETE' THEN\n                    RAISE EXCEPTION 'harmjudgement: this row is frozen' USING ERRCODE = 'check_violation';\n                ELSIF (to_jsonb(NEW) - ARRAY[]::text[]) IS DISTINCT FROM (to_jsonb(OLD) - ARRAY[]::text[])\n                THEN\n                    RAISE EXCEPTION 'harmjudgement: this row is frozen' USING ERRCODE = 'check_violation';\n                END IF;\n            END IF;\n            IF TG_OP = 'DELETE' THEN\n                RETURN OLD;\n            END IF;\n            RETURN NEW;\n        ", hash='c83d338051141fc61aad9aab30c311a838f0416b', operation='UPDATE OR DELETE', pgid='pgtrigger_frozen_3801d', table='assessments_harmjudgement', when='BEFORE'))],
                'constraints': [models.UniqueConstraint(fields=('flag', 'judge'), name='harmjudgement_once'), models.UniqueConstraint(condition=models.Q(('fresh_reader', True), ('judged_at', None)), fields=('flag',), name='harmjudgement_one_reader'), models.CheckConstraint(condition=models.Q(models.Q(('harmful', None), ('judged_at', None), ('reason', '')), models.Q(('harmful__isnull', False), ('judged_at__isnull', False), models.Q(('reason', ''), _negated=True)), _connector='OR'), name='harmjudgement_given_with_reason')],
            },
        ),
        migrations.CreateModel(
            name='HarmObservation',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ('answer', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='assessments.answer')),
                ('start', models.PositiveIntegerField()),
                ('end', models.PositiveIntegerField()),
                ('text_hash', models.CharField(max_length=64)),
                ('review', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='harm_observations', to='assessments.review')),
                ('indicator', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='competency.indicator')),
                ('note', models.TextField()),
            ],
            options={
                'triggers': [pgtrigger.compiler.Trigger(name='frozen_with', sql=pgtrigger.compiler.UpsertTriggerSql(declare='DECLARE owner_state text;', func='\n            IF TG_OP <> \'INSERT\' THEN \n                owner_state := (SELECT t0.state FROM "assessments_review" t0  WHERE t0.id = OLD.review_id FOR SHARE OF t0);\n                IF owner_state NOT IN (\'in_progress\') THEN\n                    RAISE EXCEPTION \'harmobservation: what it belongs to is frozen\' USING ERRCODE = \'check_violation\';\n                END IF;\n             END IF;\n            IF TG_OP <> \'DELETE\' THEN \n                owner_state := (SELECT t0.state FROM "assessments_review" t0  WHERE t0.id = NEW.review_id FOR SHARE OF t0);\n                IF owner_state NOT IN (\'in_progress\') THEN\n                    RAISE EXCEPTION \'harmobservation: what it belongs to is frozen\' USING ERRCODE = \'check_violation\';\n                END IF;\n             END IF;\n            IF TG_OP = \'DELETE\' THEN\n                RETURN OLD;\n            END IF;\n            RETURN NEW;\n        ', hash='7cd89a9e3f2ea66b70628b18980a3bc8004c54fc', operation='INSERT OR UPDATE OR DELETE', pgid='pgtrigger_frozen_with_b2dbd', table='assessments_harmobservation', when='BEFORE'))],
                'constraints': [models.UniqueConstraint(fields=('review', 'indicator'), name='harmobservation_once'), models.CheckConstraint(condition=models.Q(('note', ''), _negated=True), name='harmobservation_has_note'), models.CheckConstraint(condition=models.Q(('end__gt', models.F('start'))), name='harmobservation_range_not_empty'), models.CheckConstraint(condition=models.Q(('text_hash', ''), _negated=True), name='harmobservation_words_hashed')],
            },
        ),
        migrations.CreateModel(
            name='Item',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ('stage', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='items', to='assessments.stage')),
                ('code', models.CharField(max_length=60)),
                ('kind', models.CharField(max_length=20)),
                ('prompt', models.TextField()),
                ('position', models.PositiveSmallIntegerField()),
                ('weight', models.DecimalField(decimal_places=2, default=1, max_digits=5)),
                ('settings', models.JSONField(default=dict)),
                ('model_response', models.TextField(blank=True)),
            ],
            options={
                'ordering': ['stage__position', 'position'],
                'triggers': [pgtrigger.compiler.Trigger(name='frozen_with', sql=pgtrigger.compiler.UpsertTriggerSql(declare='DECLARE owner_state text;', func='\n            IF TG_OP <> \'INSERT\' THEN \n                owner_state := (SELECT t1.state FROM "assessments_stage" t0 JOIN "assessments_vignetteversion" t1 ON t1.id = t0.version_id WHERE t0.id = OLD.stage_id FOR SHARE OF t1);\n                IF owner_state NOT IN (\'draft\') THEN\n                    RAISE EXCEPTION \'item: what it belongs to is frozen\' USING ERRCODE = \'check_violation\';\n                END IF;\n             END IF;\n            IF TG_OP <> \'DELETE\' THEN \n                owner_state := (SELECT t1.state FROM "assessments_stage" t0 JOIN "assessments_vignetteversion" t1 ON t1.id = t0.version_id WHERE t0.id = NEW.stage_id FOR SHARE OF t1);\n                IF owner_state NOT IN (\'draft\') THEN\n                    RAISE EXCEPTION \'item: what it belongs to is frozen\' USING ERRCODE = \'check_violation\';\n                END IF;\n             END IF;\n            IF TG_OP = \'DELETE\' THEN\n                RETURN OLD;\n            END IF;\n            RETURN NEW;\n        ', hash='194ba3564dd03025a964dffded9764d14b2042a8', operation='INSERT OR UPDATE OR DELETE', pgid='pgtrigger_frozen_with_9d86c', table='assessments_item', when='BEFORE'))],
                'constraints': [models.UniqueConstraint(fields=('stage', 'code'), name='item_code_unique'), models.UniqueConstraint(fields=('stage', 'position'), name='item_position_unique'), models.CheckConstraint(condition=models.Q(('kind__regex', '^[a-z_]+$')), name='item_kind_is_a_code'), models.CheckConstraint(condition=models.Q(('weight__gt', 0)), name='item_weight_positive')],
            },
        ),
        migrations.CreateModel(
            name='ItemCriterion',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ('item', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='mappings', to='assessments.item')),
                ('criterion', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='mappings', to='competency.criterion')),
            ],
            options={
                'verbose_name_plural': 'item criteria',
                'triggers': [pgtrigger.compiler.Trigger(name='frozen_with', sql=pgtrigger.compiler.UpsertTriggerSql(declare='DECLARE owner_state text;', func='\n            IF TG_OP <> \'INSERT\' THEN \n                owner_state := (SELECT t2.state FROM "assessments_item" t0 JOIN "assessments_stage" t1 ON t1.id = t0.stage_id JOIN "assessments_vignetteversion" t2 ON t2.id = t1.version_id WHERE t0.id = OLD.item_id FOR SHARE OF t2);\n                IF owner_state NOT IN (\'draft\') THEN\n                    RAISE EXCEPTION \'itemcriterion: what it belongs to is frozen\' USING ERRCODE = \'check_violation\';\n                END IF;\n             END IF;\n            IF TG_OP <> \'DELETE\' THEN \n                owner_state := (SELECT t2.state FROM "assessments_item" t0 JOIN "assessments_stage" t1 ON t1.id = t0.stage_id JOIN "assessments_vignetteversion" t2 ON t2.id = t1.version_id WHERE t0.id = NEW.item_id FOR SHARE OF t2);\n                IF owner_state NOT IN (\'draft\') THEN\n                    RAISE EXCEPTION \'itemcriterion: what it belongs to is frozen\' USING ERRCODE = \'check_violation\';\n                END IF;\n             END IF;\n            IF TG_OP = \'DELETE\' THEN\n                RETURN OLD;\n            END IF;\n            RETURN NEW;\n        ', hash='0a66dbd04d4e98ab0cdf25cafd7c0a0dec4bcb71', operation='INSERT OR UPDATE OR DELETE', pgid='pgtrigger_frozen_with_aa05a', table='assessments_itemcriterion', when='BEFORE'))],
                'constraints': [models.UniqueConstraint(fields=('item', 'criterion'), name='itemcriterion_once')],
            },
        ),
        migrations.CreateModel(
            name='LateAnswer',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ('submission', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='late_answers', to='assessments.submission')),
                ('item', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='assessments.item')),
                ('choices', models.JSONField(default=dict)),
                ('sealed_text', models.BinaryField(null=True)),
                ('arrived_at', models.DateTimeField()),
                ('idempotency_key', models.UUIDField(null=True)),
            ],
            options={
                'ordering': ['arrived_at'],
                'triggers': [pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="\n            IF (TRUE) THEN\n                IF TG_OP = 'DELETE' THEN\n                    RAISE EXCEPTION 'lateanswer: this row is frozen' USING ERRCODE = 'check_violation';\n                ELSIF (to_jsonb(NEW) - ARRAY[]::text[]) IS DISTINCT FROM (to_jsonb(OLD) - ARRAY[]::text[])\n                THEN\n                    RAISE EXCEPTION 'lateanswer: this row is frozen' USING ERRCODE = 'check_violation';\n                END IF;\n            END IF;\n            IF TG_OP = 'DELETE' THEN\n                RETURN OLD;\n            END IF;\n            RETURN NEW;\n        ", hash='92ba52074e5a6d6966665c26a88f449edcd90ca2', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_837bf', table='assessments_lateanswer', when='BEFORE'))],
                'constraints': [models.UniqueConstraint(fields=('submission', 'idempotency_key'), name='lateanswer_write_once')],
            },
        ),
        migrations.CreateModel(
            name='Option',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ('item', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='options', to='assessments.item')),
                ('code', models.CharField(max_length=60)),
                ('text', models.TextField()),
                ('position', models.PositiveSmallIntegerField()),
                ('leads_to', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='assessments.stage')),
            ],
            options={
                'ordering': ['position'],
                'triggers': [pgtrigger.compiler.Trigger(name='frozen_with', sql=pgtrigger.compiler.UpsertTriggerSql(declare='DECLARE owner_state text;', func='\n            IF TG_OP <> \'INSERT\' THEN \n                owner_state := (SELECT t2.state FROM "assessments_item" t0 JOIN "assessments_stage" t1 ON t1.id = t0.stage_id JOIN "assessments_vignetteversion" t2 ON t2.id = t1.version_id WHERE t0.id = OLD.item_id FOR SHARE OF t2);\n                IF owner_state NOT IN (\'draft\') THEN\n                    RAISE EXCEPTION \'option: what it belongs to is frozen\' USING ERRCODE = \'check_violation\';\n                END IF;\n             END IF;\n            IF TG_OP <> \'DELETE\' THEN \n                owner_state := (SELECT t2.state FROM "assessments_item" t0 JOIN "assessments_stage" t1 ON t1.id = t0.stage_id JOIN "assessments_vignetteversion" t2 ON t2.id = t1.version_id WHERE t0.id = NEW.item_id FOR SHARE OF t2);\n                IF owner_state NOT IN (\'draft\') THEN\n                    RAISE EXCEPTION \'option: what it belongs to is frozen\' USING ERRCODE = \'check_violation\';\n                END IF;\n             END IF;\n            IF TG_OP = \'DELETE\' THEN\n                RETURN OLD;\n            END IF;\n            RETURN NEW;\n        ', hash='f5c2cb7010ff96b89641487597175e8a7068ffdc', operation='INSERT OR UPDATE OR DELETE', pgid='pgtrigger_frozen_with_3400e', table='assessments_option', when='BEFORE'))],
                'constraints': [models.UniqueConstraint(fields=('item', 'code'), name='option_code_unique'), models.UniqueConstraint(fields=('item', 'position'), name='option_position_unique')],
            },
        ),
        migrations.CreateModel(
            name='Score',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ('submission', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='scores', to='assessments.submission')),
                ('item', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='scores', to='assessments.item')),
                ('key', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='scores', to='assessments.key')),
                ('value', models.DecimalField(decimal_places=6, max_digits=7)),
                ('weight', models.DecimalField(decimal_places=2, max_digits=5)),
                ('late', models.BooleanField(default=False, help_text='Of a late answer ruled to count.')),
            ],
            options={
                'triggers': [pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="\n            IF (TRUE) THEN\n                IF TG_OP = 'DELETE' THEN\n                    RAISE EXCEPTION 'score: this row is frozen' USING ERRCODE = 'check_violation';\n                ELSIF (to_jsonb(NEW) - ARRAY[]::text[]) IS DISTINCT FROM (to_jsonb(OLD) - ARRAY[]::text[])\n                THEN\n                    RAISE EXCEPTION 'score: this row is frozen' USING ERRCODE = 'check_violation';\n                END IF;\n            END IF;\n            IF TG_OP = 'DELETE' THEN\n                RETURN OLD;\n            END IF;\n            RETURN NEW;\n        ", hash='5263d0cf3dd7f7b77134626078cca51f2a5de033', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_cd3e3', table='assessments_score', when='BEFORE'))],
                'constraints': [models.UniqueConstraint(fields=('submission', 'item', 'late'), name='score_once_per_item'), models.CheckConstraint(condition=models.Q(('value__gte', 0), ('value__lte', 1)), name='score_from_0_to_1'), models.CheckConstraint(condition=models.Q(('weight__gt', 0)), name='score_weight_positive')],
            },
        ),
        migrations.CreateModel(
            name='KeyEntry',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ('key', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='entries', to='assessments.key')),
                ('option', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='entries', to='assessments.option')),
                ('value', models.DecimalField(decimal_places=4, max_digits=6)),
                ('critical', models.BooleanField(default=False)),
                ('why', models.TextField(blank=True)),
            ],
            options={
                'verbose_name_plural': 'key entries',
                'triggers': [pgtrigger.compiler.Trigger(name='frozen_with', sql=pgtrigger.compiler.UpsertTriggerSql(declare='DECLARE owner_state text;', func='\n            IF TG_OP <> \'INSERT\' THEN \n                owner_state := (SELECT t0.state FROM "assessments_key" t0  WHERE t0.id = OLD.key_id FOR SHARE OF t0);\n                IF owner_state NOT IN (\'draft\') THEN\n                    RAISE EXCEPTION \'keyentry: what it belongs to is frozen\' USING ERRCODE = \'check_violation\';\n                END IF;\n             END IF;\n            IF TG_OP <> \'DELETE\' THEN \n                owner_state := (SELECT t0.state FROM "assessments_key" t0  WHERE t0.id = NEW.key_id FOR SHARE OF t0);\n                IF owner_state NOT IN (\'draft\') THEN\n                    RAISE EXCEPTION \'keyentry: what it belongs to is frozen\' USING ERRCODE = \'check_violation\';\n                END IF;\n             END IF;\n            IF TG_OP = \'DELETE\' THEN\n                RETURN OLD;\n            END IF;\n            RETURN NEW;\n        ', hash='8cd50d4d30fabb1eb5ccb23ac76c3d0d5388addf', operation='INSERT OR UPDATE OR DELETE', pgid='pgtrigger_frozen_with_e93bd', table='assessments_keyentry', when='BEFORE'))],
                'constraints': [models.UniqueConstraint(fields=('key', 'option'), name='keyentry_once'), models.CheckConstraint(condition=models.Q(('critical', False), models.Q(('why', ''), _negated=True), _connector='OR'), name='keyentry_critical_says_why')],
            },
        ),
        migrations.CreateModel(
            name='LateRuling',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ('late_answer', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='ruling', to='assessments.lateanswer')),
                ('counts', models.BooleanField()),
                ('reason', models.TextField()),
                ('ruled_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('ruled_at', models.DateTimeField()),
            ],
            options={
                'triggers': [pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="\n            IF (TRUE) THEN\n                IF TG_OP = 'DELETE' THEN\n                    RAISE EXCEPTION 'lateruling: this row is frozen' USING ERRCODE = 'check_violation';\n                ELSIF (to_jsonb(NEW) - ARRAY[]::text[]) IS DISTINCT FROM (to_jsonb(OLD) - ARRAY[]::text[])\n                THEN\n                    RAISE EXCEPTION 'lateruling: this row is frozen' USING ERRCODE = 'check_violation';\n                END IF;\n            END IF;\n            IF TG_OP = 'DELETE' THEN\n                RETURN OLD;\n            END IF;\n            RETURN NEW;\n        ", hash='12a44bb86b39070e9e2ba6f5e39ac27620e91510', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_d73c2', table='assessments_lateruling', when='BEFORE'))],
                'constraints': [models.CheckConstraint(condition=models.Q(('reason', ''), _negated=True), name='lateruling_has_reason')],
            },
        ),
        migrations.CreateModel(
            name='PanelVote',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ('panelist', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='votes', to='assessments.panelist')),
                ('option', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='votes', to='assessments.option')),
                ('value', models.DecimalField(decimal_places=4, max_digits=6)),
            ],
            options={
                'triggers': [pgtrigger.compiler.Trigger(name='frozen_with', sql=pgtrigger.compiler.UpsertTriggerSql(declare='DECLARE owner_state text;', func='\n            IF TG_OP <> \'INSERT\' THEN \n                owner_state := (SELECT t1.state FROM "assessments_panelist" t0 JOIN "assessments_key" t1 ON t1.id = t0.key_id WHERE t0.id = OLD.panelist_id FOR SHARE OF t1);\n                IF owner_state NOT IN (\'draft\') THEN\n                    RAISE EXCEPTION \'panelvote: what it belongs to is frozen\' USING ERRCODE = \'check_violation\';\n                END IF;\n             END IF;\n            IF TG_OP <> \'DELETE\' THEN \n                owner_state := (SELECT t1.state FROM "assessments_panelist" t0 JOIN "assessments_key" t1 ON t1.id = t0.key_id WHERE t0.id = NEW.panelist_id FOR SHARE OF t1);\n                IF owner_state NOT IN (\'draft\') THEN\n                    RAISE EXCEPTION \'panelvote: what it belongs to is frozen\' USING ERRCODE = \'check_violation\';\n                END IF;\n             END IF;\n            IF TG_OP = \'DELETE\' THEN\n                RETURN OLD;\n            END IF;\n            RETURN NEW;\n        ', hash='a8e43fbadee23b4133193489785e3339862f304c', operation='INSERT OR UPDATE OR DELETE', pgid='pgtrigger_frozen_with_8e18b', table='assessments_panelvote', when='BEFORE'))],
                'constraints': [models.UniqueConstraint(fields=('panelist', 'option'), name='panelvote_once')],
            },
        ),
        migrations.AddField(
            model_name='answer',
            name='item',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='answers', to='assessments.item'),
        ),
        migrations.AddConstraint(
            model_name='answer',
            constraint=models.UniqueConstraint(fields=('submission', 'item'), name='answer_once_per_item'),
        ),
        migrations.AddField(
            model_name='citation',
            name='late_answer',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='assessments.lateanswer'),
        ),
        migrations.AddConstraint(
            model_name='citation',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('answer__isnull', False), ('late_answer', None)), models.Q(('answer', None), ('late_answer__isnull', False)), _connector='OR'), name='citation_of_one_answer'),
        ),
        migrations.AddField(
            model_name='harmflag',
            name='option',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='assessments.option'),
        ),
        migrations.AddConstraint(
            model_name='harmflag',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('criterion', None), ('option__isnull', False)), models.Q(('criterion__isnull', False), ('option', None)), _connector='OR'), name='harmflag_one_ground'),
        ),
        migrations.AddConstraint(
            model_name='harmflag',
            constraint=models.UniqueConstraint(condition=models.Q(('option__isnull', False)), fields=('submission', 'option', 'round'), name='harmflag_once_per_option'),
        ),
        migrations.AddField(
            model_name='harmobservation',
            name='late_answer',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='assessments.lateanswer'),
        ),
        migrations.AddConstraint(
            model_name='harmobservation',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('answer__isnull', False), ('late_answer', None)), models.Q(('answer', None), ('late_answer__isnull', False)), _connector='OR'), name='harmobservation_of_one_answer'),
        ),
        migrations.AddField(
            model_name='item',
            name='criteria',
            field=models.ManyToManyField(related_name='items', through='assessments.ItemCriterion', to='competency.criterion'),
        ),
        migrations.RunPython(install_triggers, migrations.RunPython.noop),
    ]
