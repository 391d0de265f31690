"""One contract for every vault: the same key for the same desk until it is dropped."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from agent_desk.desk.vault.keys import KEY_BYTES, MemoryVault, PassphraseVault, Vault
from agent_desk.desk.vault.system_keyring import KeyringVault
from tests.desk.test_vault import HeldKeyring

VAULTS: dict[str, Callable[[Path], Vault]] = {
    "memory": lambda _: MemoryVault(),
    "keyring": lambda _: KeyringVault(HeldKeyring(), "GEO-2"),
    "passphrase": lambda folder: PassphraseVault(folder / "key.salt", lambda: "rain on a zinc roof"),
}


@pytest.mark.parametrize("name", VAULTS)
def test_every_vault_gives_one_key_until_it_is_dropped(name: str, tmp_path: Path) -> None:
    vault = VAULTS[name](tmp_path)
    key = vault.get_key()
    assert len(key) == KEY_BYTES
    assert vault.get_key() == key
    vault.drop_key()
    vault.drop_key()
    assert vault.get_key() != key
