"""Who takes part: readers, their users, and the audiences that say who may see what."""

from typing import ClassVar
from uuid import UUID

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models

from liaison.apps.members.roles import LABELS, RIGHTS, Role
from liaison.rows.ids import new_id
from liaison.viewer import Level, ReaderKind

REASON_LENGTH_MAX = 500
FACTOR_LABEL_LENGTH_MAX = 60
ROLE_CHOICES = [(role.value, LABELS[role]) for role in Role]
LEVEL_CHOICES = [(level.value, level.name) for level in Level]
SYSTEM_READER_ID = UUID("00000000-0000-7000-8000-000000000001")


class Reader(models.Model):
    """A body on whose behalf users read: a bureau, an agency, a partner, the secretariat, the commission.

    Whether it takes part today is worked out by the database (`members_bodies`); `took_part` is what was last written
    down and told to the audiences.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    code = models.CharField(max_length=12, unique=True)
    kind = models.CharField(max_length=16, choices=[(kind.value, kind.value) for kind in ReaderKind])
    name = models.CharField(max_length=200)
    country = models.CharField(max_length=2, blank=True)
    parent = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="connected")
    joined_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    took_part = models.BooleanField(default=True)
    time_zone = models.CharField(max_length=40, default="UTC")
    records_hidden_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "members_reader"
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(kind="agency") | models.Q(parent__isnull=False),
                name="an_agency_is_connected_by_its_bureau",
            ),
            models.CheckConstraint(
                condition=~models.Q(kind="bureau") | ~models.Q(country=""),
                name="a_bureau_belongs_to_a_country",
            ),
            models.CheckConstraint(
                condition=models.Q(records_hidden_at__isnull=True) | models.Q(ended_at__isnull=False),
                name="only_who_ended_has_hidden_records",
            ),
        ]


class Contact(models.Model):
    """The desk of a body that answers for its records: whom another member calls. Every member may read it."""

    reader = models.OneToOneField(Reader, primary_key=True, on_delete=models.PROTECT, related_name="contact")
    desk = models.CharField(max_length=120)
    phone = models.CharField(max_length=40, blank=True)
    email = models.CharField(max_length=120, blank=True)
    always = models.BooleanField(default=False)
    changed_at = models.DateTimeField()

    class Meta:
        db_table = "members_contact"
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(phone="") | ~models.Q(email=""), name="a_contact_can_be_reached"
            ),
        ]


class UserManager(BaseUserManager["User"]):
    """Finds a user by the name that he signs in with."""

    def get_by_natural_key(self, username: str | None) -> "User":
        """Return the user of that sign-in name; matching ignores case."""
        return self.get(sign_in_name=(username or "").casefold())


class User(AbstractBaseUser):
    """One person (or system account) of one reader, with one role and a vetting level.

    The account is confirmed until `confirm_by` and works until `stops_at` (RPD art. 107), its last day and the last
    day of its holder's certificate, where they are set (RPD art. 17 and 111). `lapsed_at` says when the end by time
    was written down. A system account has tokens and no password; a first password opens only the page that asks for
    another. Sessions of an earlier `session_epoch` have ended.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    sign_in_name = models.CharField(max_length=80, unique=True)
    display_name = models.CharField(max_length=120)
    reader = models.ForeignKey(Reader, on_delete=models.PROTECT, related_name="users")
    role = models.CharField(max_length=32, choices=ROLE_CHOICES)
    level = models.SmallIntegerField(default=Level.OFFICIAL_USE, choices=LEVEL_CHOICES)
    is_active = models.BooleanField(default=True)
    joined_at = models.DateTimeField()
    left_at = models.DateTimeField(null=True)
    ends_on = models.DateField(null=True)
    certified_until = models.DateField(null=True)
    confirmed_at = models.DateTimeField()
    confirmed_by = models.UUIDField()
    confirm_by = models.DateTimeField()
    stops_at = models.DateTimeField()
    lapsed_at = models.DateTimeField(null=True)
    is_system = models.BooleanField(default=False)
    password_is_first = models.BooleanField(default=False)
    session_epoch = models.IntegerField(default=0)
    last_login = None

    USERNAME_FIELD = "sign_in_name"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    objects: ClassVar[UserManager] = UserManager()

    class Meta:
        db_table = "members_user"
        constraints = [
            models.CheckConstraint(
                condition=models.Q(confirm_by__lte=models.F("stops_at")),
                name="an_account_is_asked_for_before_it_stops",
            ),
            models.CheckConstraint(
                condition=models.Q(is_active=True) | models.Q(left_at__isnull=False), name="who_left_left_some_day"
            ),
        ]

    @property
    def rights(self) -> frozenset:
        """The rights of the role."""
        return RIGHTS[Role(self.role)]


class AccessToken(models.Model):
    """A program's key for one user: only its digest is kept. `rights` is null where it may what its account may."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="access_tokens")
    digest = models.BinaryField(max_length=32, unique=True)
    purpose = models.CharField(max_length=16)
    label = models.CharField(max_length=80)
    rights = models.JSONField(null=True)
    networks = models.JSONField(default=list)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "members_access_token"


class SigningKey(models.Model):
    """A public key by which a body's own system signs what it sends; the body alone holds the other half.

    `key_id` is its thumbprint (RFC 7638).
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    reader = models.ForeignKey(Reader, on_delete=models.PROTECT, related_name="signing_keys")
    key_id = models.CharField(max_length=43)
    public_key = models.BinaryField(max_length=32)
    label = models.CharField(max_length=80)
    added_by = models.UUIDField()
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "members_signing_key"
        constraints = [
            models.UniqueConstraint(fields=["reader", "key_id"], name="a_body_adds_a_key_once"),
            models.CheckConstraint(
                condition=models.Q(expires_at__gt=models.F("created_at")), name="a_signing_key_ends_after_it_began"
            ),
        ]


class Factor(models.Model):
    """A second proof of who somebody is, beside his password: a passkey, or an app that shows codes.

    `secret` is what the installation keeps of it: of a passkey the public credential (WebAuthn 6.5.2), of an app the
    shared secret (RFC 6238), encrypted under a key that is not in the database. `counter` only ever grows: of the
    signatures that a passkey has counted, or of the last time step whose code was taken. `failures` are wrong codes
    in a row.
    """

    class Kind(models.TextChoices):
        PASSKEY = "passkey"
        APP = "app"

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="factors")
    kind = models.CharField(max_length=8, choices=Kind.choices)
    label = models.CharField(max_length=FACTOR_LABEL_LENGTH_MAX)
    credential_id = models.BinaryField(max_length=1_023, null=True, unique=True)
    secret = models.BinaryField(max_length=2_048)
    counter = models.BigIntegerField(default=0)
    failures = models.IntegerField(default=0)
    added_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "members_factor"
        constraints = [
            models.CheckConstraint(
                condition=models.Q(kind="passkey", credential_id__isnull=False)
                | models.Q(kind="app", credential_id__isnull=True),
                name="a_passkey_and_nothing_else_has_a_credential",
            ),
            models.UniqueConstraint(fields=["user"], condition=models.Q(kind="app"), name="an_account_has_one_app"),
        ]


class RecoveryCode(models.Model):
    """A code that takes the place of a second factor once. Its digest is keyed: the key is not in the database."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="recovery_codes")
    digest = models.BinaryField(max_length=32)
    made_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "members_recovery_code"
        constraints = [
            models.UniqueConstraint(fields=["user", "digest"], name="a_recovery_code_is_made_once"),
        ]


class Identity(models.Model):
    """Who somebody is to an identity provider of his body (OpenID Connect: issuer and subject)."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="identities")
    issuer = models.CharField(max_length=255)
    subject = models.CharField(max_length=255)
    connected_at = models.DateTimeField()

    class Meta:
        db_table = "members_identity"
        constraints = [
            models.UniqueConstraint(fields=["issuer", "subject"], name="an_identity_is_connected_to_one_account"),
            models.UniqueConstraint(fields=["user", "issuer"], name="an_account_is_connected_once_to_a_provider"),
        ]


class Device(models.Model):
    """A browser in which somebody has signed in, known by the digest of its cookie; `seen_at`: he said it is his."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="devices")
    digest = models.BinaryField(max_length=32)
    browser = models.CharField(max_length=80)
    first_at = models.DateTimeField()
    last_at = models.DateTimeField()
    seen_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "members_device"
        constraints = [
            models.UniqueConstraint(fields=["user", "digest"], name="a_browser_is_known_once_to_an_account"),
        ]


class BodyKey(models.Model):
    """The public halves of the keys that a body's agent holds: one signs what the body says, one opens what is its.

    `key_id` is the thumbprint of the signing one (RFC 7638). Two persons of the body let it in; `replaced_at` is when
    the next one took its place, `void_from` from when nothing signed with it is believed once it is revoked.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    reader = models.ForeignKey(Reader, on_delete=models.PROTECT, related_name="body_keys")
    change = models.OneToOneField("MembershipChange", on_delete=models.PROTECT, related_name="body_key")
    key_id = models.CharField(max_length=43, unique=True)
    signing_key = models.BinaryField(max_length=32)
    opening_key = models.BinaryField(max_length=32)
    shares_needed = models.SmallIntegerField()
    shares = models.SmallIntegerField()
    enrolled_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    rehearsed_at = models.DateTimeField(null=True)
    replaced_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)
    void_from = models.DateTimeField(null=True)

    class Meta:
        db_table = "members_body_key"
        indexes = [models.Index(fields=["reader", "-enrolled_at"], name="body_key_by_reader")]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(expires_at__gt=models.F("enrolled_at")), name="a_body_key_ends_after_it_began"
            ),
            models.CheckConstraint(
                condition=models.Q(revoked_at__isnull=True, void_from__isnull=True)
                | models.Q(revoked_at__isnull=False, void_from__lte=models.F("revoked_at")),
                name="a_revoked_key_says_from_when_it_is_void",
            ),
            models.CheckConstraint(
                condition=models.Q(shares_needed__gte=2, shares_needed__lte=models.F("shares")),
                name="no_officer_restores_a_key_alone",
            ),
        ]


class FailedSignIn(models.Model):
    """One failed try, kept as long as it slows down the next."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    key = models.BinaryField(max_length=32)
    at = models.DateTimeField()

    class Meta:
        db_table = "members_failed_sign_in"
        indexes = [models.Index(fields=["key", "at"], name="failed_sign_in_by_key")]


class Audience(models.Model):
    """An interned audience expression: “all”, “all -QN”, “list:QM,QN”, or empty, which is nobody."""

    id = models.AutoField(primary_key=True)
    expression = models.CharField(max_length=4000, unique=True)

    class Meta:
        db_table = "members_audience"


class AudienceReader(models.Model):
    """The expansion of an audience: one row for each reader whom it holds."""

    pk = models.CompositePrimaryKey("reader_id", "audience_id")  # what changes together lies together
    audience = models.ForeignKey(Audience, on_delete=models.CASCADE)
    reader = models.ForeignKey(Reader, on_delete=models.CASCADE, db_index=False)

    class Meta:
        db_table = "members_audience_reader"


class MembershipChange(models.Model):
    """A proposed widening of membership: who asks, who decides, and what would be done (a document of the verb).

    `asker` is the body of the one who proposes, `decider` the body one of whose people decides; mostly they are one.
    """

    class Verb(models.TextChoices):
        ADMIT = "admit"
        CONNECT = "connect"
        RENEW = "renew"
        APPOINT = "appoint"
        RESUME = "resume"
        DEPUTISE = "deputise"
        GROUP = "group"
        KEY = "key"
        END = "end"
        SHOW = "show"

    class Status(models.TextChoices):
        PROPOSED = "proposed"
        APPROVED = "approved"
        REJECTED = "rejected"
        EXPIRED = "expired"

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    verb = models.CharField(max_length=12, choices=Verb.choices)
    code = models.CharField(max_length=20)
    asker = models.ForeignKey(Reader, on_delete=models.PROTECT, related_name="+")
    decider = models.ForeignKey(Reader, on_delete=models.PROTECT, related_name="+")
    document = models.JSONField()
    reason = models.CharField(max_length=REASON_LENGTH_MAX)
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.PROPOSED)
    proposed_by = models.UUIDField()
    proposed_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    decided_by = models.UUIDField(null=True)
    decided_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "members_change"
        constraints = [
            models.CheckConstraint(
                condition=models.Q(decided_by__isnull=True) | ~models.Q(decided_by=models.F("proposed_by")),
                name="who_proposes_a_member_never_decides_it",
            ),
            models.CheckConstraint(
                condition=models.Q(status__in=("proposed", "expired"), decided_by__isnull=True)
                | models.Q(status__in=("approved", "rejected"), decided_by__isnull=False),
                name="a_decided_membership_names_who_decided",
            ),
            models.UniqueConstraint(
                fields=["asker", "verb", "code"],
                condition=models.Q(status="proposed"),
                name="one_change_of_a_kind_waits_for_a_body",
            ),
        ]


class Agreement(models.Model):
    """On what ground a body takes part, from one day to another, and what that opens (RPD art. 21, 27 and 28).

    Both days are included, in UTC. `queries` and `enters` hold kinds of databases. `matches_to` is the code of the
    bureau that is told of a private partner's matches; empty: that of its country.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    reader = models.ForeignKey(Reader, on_delete=models.PROTECT, related_name="agreements")
    change = models.OneToOneField(MembershipChange, null=True, on_delete=models.PROTECT, related_name="agreement")
    number = models.CharField(max_length=80)
    title = models.CharField(max_length=200)
    starts_on = models.DateField()
    ends_on = models.DateField()
    queries = models.JSONField(default=list)
    enters = models.JSONField(default=list)
    opinion = models.CharField(max_length=80, blank=True)
    approval = models.CharField(max_length=80, blank=True)
    matches_to = models.CharField(max_length=12, blank=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "members_agreement"
        indexes = [models.Index(fields=["reader", "ends_on"], name="agreement_by_reader")]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(starts_on__lte=models.F("ends_on")), name="an_agreement_ends_after_it_began"
            ),
        ]


class Suspension(models.Model):
    """A body that takes no part for a time, or until it is lifted where `until` is not set (RPD art. 21 and 131)."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    reader = models.ForeignKey(Reader, on_delete=models.PROTECT, related_name="suspensions")
    began_at = models.DateTimeField()
    began_by = models.UUIDField()
    until = models.DateTimeField(null=True)
    reason = models.CharField(max_length=REASON_LENGTH_MAX)
    lifted_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "members_suspension"
        constraints = [
            models.UniqueConstraint(
                fields=["reader"],
                condition=models.Q(lifted_at__isnull=True),
                name="a_body_is_suspended_once_at_a_time",
            ),
            models.CheckConstraint(condition=~models.Q(reason=""), name="a_suspension_says_why"),
        ]


class OpeningHours(models.Model):
    """When a body's desk is open on one day of the week, in minutes of its own time zone; Monday is 0."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    reader = models.ForeignKey(Reader, on_delete=models.PROTECT, related_name="opening_hours")
    weekday = models.SmallIntegerField()
    opens = models.SmallIntegerField()
    closes = models.SmallIntegerField()

    class Meta:
        db_table = "members_opening_hours"
        constraints = [
            models.CheckConstraint(
                condition=models.Q(
                    weekday__range=(0, 6), opens__gte=0, opens__lt=models.F("closes"), closes__lte=1440
                ),
                name="a_desk_opens_before_it_closes",
            ),
        ]


class Duty(models.Model):
    """One turn of one person at the desk of his body."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    reader = models.ForeignKey(Reader, on_delete=models.PROTECT, related_name="duties")
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="duties")
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()

    class Meta:
        db_table = "members_duty"
        indexes = [models.Index(fields=["reader", "ends_at"], name="duty_by_reader")]
        constraints = [
            models.CheckConstraint(condition=models.Q(starts_at__lt=models.F("ends_at")), name="a_turn_takes_time"),
        ]


class Deputy(models.Model):
    """Which bureau stands in while a body's desk is closed, from one day to another; it has agreed to."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    reader = models.ForeignKey(Reader, on_delete=models.PROTECT, related_name="deputies")
    deputy = models.ForeignKey(Reader, on_delete=models.PROTECT, related_name="+")
    change = models.OneToOneField(MembershipChange, on_delete=models.PROTECT, related_name="deputy")
    starts_on = models.DateField()
    ends_on = models.DateField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "members_deputy"
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(reader=models.F("deputy")), name="nobody_stands_in_for_himself"
            ),
            models.CheckConstraint(
                condition=models.Q(starts_on__lte=models.F("ends_on")), name="a_deputy_ends_after_it_began"
            ),
        ]


class Group(models.Model):
    """A set of bodies that an audience can name: a region, a programme, or a list that one body keeps for itself.

    Regions and programmes belong to the secretariat and are known to all; a list (`group`) is known to its owner.
    """

    class Kind(models.TextChoices):
        REGION = "region"
        PROGRAMME = "programme"
        GROUP = "group"

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    kind = models.CharField(max_length=12, choices=Kind.choices)
    code = models.CharField(max_length=20)
    name = models.CharField(max_length=120)
    owner = models.ForeignKey(Reader, on_delete=models.PROTECT, related_name="groups")
    made_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "members_group"
        constraints = [
            models.UniqueConstraint(fields=["kind", "code"], name="a_group_has_a_code_of_its_own"),
        ]


class GroupMember(models.Model):
    """One body of a group."""

    pk = models.CompositePrimaryKey("group_id", "reader_id")
    group = models.ForeignKey(Group, on_delete=models.CASCADE, db_index=False, related_name="members")
    reader = models.ForeignKey(Reader, on_delete=models.CASCADE, related_name="+")

    class Meta:
        db_table = "members_group_member"
