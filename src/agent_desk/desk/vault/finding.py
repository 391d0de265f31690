"""Which vault a desk's key is in."""

from __future__ import annotations

from pathlib import Path

from agent_desk.desk.vault.keys import PassphraseVault, Vault
from agent_desk.desk.vault.system_keyring import find_backend, open_vault


def find_vault(folder: Path, desk: str, passphrase: str) -> Vault:
    """The keyring where it is safe; where a passphrase was given or is asked for, that."""
    backend = None if passphrase else find_backend()
    vault = open_vault(folder, desk, lambda: passphrase, backend)
    if isinstance(vault, PassphraseVault):
        vault.begin()
    return vault
