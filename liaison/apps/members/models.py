"""Who takes part: readers, their users, and the audiences that say who may see what."""

from typing import ClassVar
from uuid import UUID

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models

from liaison.apps.members.roles import LABELS, RIGHTS, Role
from liaison.rows.ids import new_id
from liaison.viewer import Level, ReaderKind

ROLE_CHOICES = [(role.value, LABELS[role]) for role in Role]
LEVEL_CHOICES = [(level.value, level.name) for level in Level]
SYSTEM_READER_ID = UUID("00000000-0000-7000-8000-000000000001")


class Reader(models.Model):
    """A body on whose behalf users read: a bureau, an agency, a partner, the secretariat, the commission."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    code = models.CharField(max_length=12, unique=True)
    kind = models.CharField(max_length=16, choices=[(kind.value, kind.value) for kind in ReaderKind])
    name = models.CharField(max_length=200)
    country = models.CharField(max_length=2, blank=True)
    parent = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="connected")
    is_active = models.BooleanField(default=True)
    joined_at = models.DateTimeField()

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
    """One person (or system account) of one reader, with one role and a vetting level."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    sign_in_name = models.CharField(max_length=80, unique=True)
    display_name = models.CharField(max_length=120)
    reader = models.ForeignKey(Reader, on_delete=models.PROTECT, related_name="users")
    role = models.CharField(max_length=32, choices=ROLE_CHOICES)
    level = models.SmallIntegerField(default=Level.OFFICIAL_USE, choices=LEVEL_CHOICES)
    is_active = models.BooleanField(default=True)
    joined_at = models.DateTimeField()
    last_login = None

    USERNAME_FIELD = "sign_in_name"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    objects: ClassVar[UserManager] = UserManager()

    class Meta:
        db_table = "members_user"

    @property
    def rights(self) -> frozenset:
        """The rights of the role."""
        return RIGHTS[Role(self.role)]


class AccessToken(models.Model):
    """A program's key for one user: only its digest is kept."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="access_tokens")
    digest = models.BinaryField(max_length=32, unique=True)
    purpose = models.CharField(max_length=16)
    label = models.CharField(max_length=80)
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

    pk = models.CompositePrimaryKey("audience_id", "reader_id")
    audience = models.ForeignKey(Audience, on_delete=models.CASCADE, db_index=False)
    reader = models.ForeignKey(Reader, on_delete=models.CASCADE)

    class Meta:
        db_table = "members_audience_reader"
