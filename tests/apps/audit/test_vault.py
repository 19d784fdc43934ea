"""Key files and what they open: bound to their place, made whole or not at all, gone for good."""

import threading
from uuid import UUID

import pytest
from cryptography.exceptions import InvalidTag
from hypothesis import given
from hypothesis import strategies as st

from liaison.apps.audit.record_keys import lock_key
from liaison.apps.audit.vault import (
    BUCKETS,
    KEY_BYTES,
    WRAPPED_BYTES,
    BucketKey,
    KeyDestroyed,
    Vault,
    bucket_of,
    create_file,
    new_record_key,
    replace_file,
    seal,
    unseal,
    unwrap,
    wrap,
)
from tests.budgets import budget

UNDER = BucketKey(7, 1, bytes(KEY_BYTES))


@given(st.uuids(), st.uuids(), st.binary(max_size=500))
def test_what_was_sealed_opens_with_its_key_for_its_entry_alone(entry, other, document):
    key = new_record_key()
    sealed = seal(document, key=key, entry_id=entry)

    assert unseal(sealed, key=key, entry_id=entry) == document
    if other != entry:
        with pytest.raises(InvalidTag):
            unseal(sealed, key=key, entry_id=other)
    with pytest.raises(InvalidTag):
        unseal(sealed, key=new_record_key(), entry_id=entry)


@given(st.uuids(), st.integers(0, WRAPPED_BYTES * 8 - 1))
def test_a_wrapped_key_with_one_bit_changed_does_not_open(subject, bit):
    key = new_record_key()
    wrapped = wrap(key, under=UNDER, subject=subject)
    touched = (int.from_bytes(wrapped, "big") ^ 1 << bit).to_bytes(WRAPPED_BYTES, "big")

    assert unwrap(wrapped, under=UNDER, subject=subject) == key
    with pytest.raises(InvalidTag):
        unwrap(touched, under=UNDER, subject=subject)


def test_the_same_content_is_never_sealed_the_same_way():
    key, entry = new_record_key(), UUID(int=1)

    assert seal(b"x", key=key, entry_id=entry) != seal(b"x", key=key, entry_id=entry)


class TestGivenAVault:
    def test_when_a_bucket_is_first_used_then_its_key_is_made_and_stays(self, tmp_path):
        vault = Vault(tmp_path)

        key = vault.current(3)

        assert key.version == 1
        assert Vault(tmp_path).current(3) == key

    def test_when_many_use_a_bucket_first_then_all_have_one_key(self, tmp_path):
        keys = []
        threads = [threading.Thread(target=lambda: keys.append(Vault(tmp_path).current(9))) for _ in range(12)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

        assert len(set(keys)) == 1

    def test_when_a_bucket_is_renewed_and_the_old_destroyed_then_only_the_new_is_there(self, tmp_path):
        vault = Vault(tmp_path)
        old = vault.current(3)

        new = vault.renew(3)
        assert vault.versions(3) == [1, 2]
        vault.destroy(3, 1)
        vault.destroy(3, 1)

        assert vault.current(3) == new
        with pytest.raises(KeyDestroyed):
            vault.key(3, 1)
        assert old.key not in b"".join(path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())

    def test_when_wrapped_keys_are_kept_then_they_come_back(self, tmp_path):
        vault = Vault(tmp_path)
        wrapped = {UUID(int=n): wrap(new_record_key(), under=UNDER, subject=UUID(int=n)) for n in range(5)}

        assert vault.rewrapped(3) == (0, {})
        vault.keep_rewrapped(3, wrapped, version=258)
        assert vault.rewrapped(3) == (258, wrapped)
        vault.keep_rewrapped(3, {}, version=259)
        assert vault.rewrapped(3) == (259, {})

    def test_when_a_draft_was_left_by_a_crash_then_it_is_no_version(self, tmp_path):
        vault = Vault(tmp_path)
        vault.current(3)
        (tmp_path / "keys" / "kek" / "03" / ".2.0123").write_bytes(b"half")

        assert vault.versions(3) == [1]


def test_a_file_is_created_once_and_replaced_whole(tmp_path):
    path = tmp_path / "deep" / "down" / "file"

    create_file(path, b"first")
    create_file(path, b"second")
    assert path.read_bytes() == b"first"
    replace_file(path, b"third")

    assert path.read_bytes() == b"third"
    assert [found.name for found in path.parent.iterdir()] == ["file"]
    assert {folder.stat().st_mode & 0o777 for folder in (path.parent, path.parent.parent)} == {0o700}


def test_every_bucket_and_version_has_its_own_lock():
    versions = range(budget(300, 3000))

    keys = [lock_key(bucket, version) for bucket in range(BUCKETS) for version in versions]

    assert len(set(keys)) == len(keys)
    assert max(keys) < 2**31
    assert lock_key(BUCKETS - 1, 2**23 - 1) < 2**31


@given(st.uuids())
def test_a_bucket_is_one_of_256(subject):
    assert 0 <= bucket_of(subject) < BUCKETS
