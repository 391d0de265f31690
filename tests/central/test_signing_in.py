from __future__ import annotations

from typing import Any

import jwt
import psycopg
import pytest

from agent_desk.central.bootstrap import Central
from agent_desk.central.gateways.passwords import ArgonPasswords
from agent_desk.central.usecases.shaping import document_of
from agent_desk.central.usecases.trouble import KnownError
from agent_desk.wire.signing_in import SignIn
from tests.central.counter import PASSWORD, STAFF, Clock, Counter, an_id


def sign_in(central: Central, login: str = "shanice", desk: str = "GEO-1", came_from: str = "test", **more: Any) -> Any:
    said = {"login": login, "password": PASSWORD, "desk": desk, "device": an_id("device", desk)} | more
    return central.services.signing_in.sign_in(SignIn.model_validate(said), came_from)


def refused(code: str) -> Any:
    return pytest.raises(KnownError, match=code.replace(".", r"\."))


def test_somebody_signs_in_and_is_known_by_the_token(central: Central) -> None:
    tokens = sign_in(central)
    assert (tokens.staff, tokens.branch, tokens.desk) == (STAFF["shanice"], "GEO", "GEO-1")
    caller = central.services.signing_in.identify(tokens.access_token)
    assert (caller.staff, caller.device) == (STAFF["shanice"].id, an_id("device", "GEO-1"))


def test_a_token_runs_out_after_ten_minutes_and_is_refreshed(central: Central, clock: Clock) -> None:
    signing_in = central.services.signing_in
    tokens = sign_in(central)
    clock.pass_(minutes=10)
    with refused("token.expired"):
        signing_in.identify(tokens.access_token)
    newer = signing_in.refresh(tokens.refresh_token)
    assert newer.refresh_token != tokens.refresh_token
    assert signing_in.identify(newer.access_token).staff == STAFF["shanice"].id


def test_a_spent_refresh_token_ends_the_session_of_whoever_took_it(central: Central, clock: Clock, url: str) -> None:
    signing_in = central.services.signing_in
    first = sign_in(central)
    second = signing_in.refresh(first.refresh_token)
    clock.pass_(minutes=1)
    third = signing_in.refresh(second.refresh_token)
    for spent in (first, third, second):
        with refused("session.ended"):
            signing_in.refresh(spent.refresh_token)
    with refused("token.invalid"):
        signing_in.identify(third.access_token)
    with psycopg.connect(url) as connection:
        assert connection.execute("select count(*) from audit where action = 'session.stolen'").fetchone() is not None


def test_the_last_but_one_token_shown_late_ends_the_session_too(central: Central, clock: Clock) -> None:
    first = sign_in(central)
    second = central.services.signing_in.refresh(first.refresh_token)
    clock.pass_(seconds=31)
    for token in (first, second):
        with refused("session.ended"):
            central.services.signing_in.refresh(token.refresh_token)


def test_a_desk_whose_answer_got_lost_asks_again_and_gets_the_same(central: Central, clock: Clock) -> None:
    first = sign_in(central)
    lost = central.services.signing_in.refresh(first.refresh_token)
    clock.pass_(seconds=5)
    assert central.services.signing_in.refresh(first.refresh_token).refresh_token == lost.refresh_token


def test_a_session_ends_after_thirty_days_or_by_signing_out(central: Central, clock: Clock) -> None:
    signing_in = central.services.signing_in
    left, kept = sign_in(central), sign_in(central)
    signing_in.sign_out(left.refresh_token)
    signing_in.sign_out("nobody's")
    with refused("token.invalid"):
        signing_in.identify(left.access_token)
    assert signing_in.identify(kept.access_token).staff == STAFF["shanice"].id
    clock.pass_(days=30)
    with refused("session.ended"):
        signing_in.refresh(kept.refresh_token)


@pytest.mark.parametrize("said", [{"password": "wrong"}, {"login": "nobody"}, {"login": "SHANICE"}])
def test_a_wrong_login_or_password_says_the_same(central: Central, said: dict[str, str]) -> None:
    with refused("sign_in.refused"):
        sign_in(central, **said)


def test_guessing_is_slowed_down_for_the_login_and_for_the_address(central: Central, clock: Clock) -> None:
    for _ in range(8):
        with refused("sign_in.refused"):
            sign_in(central, password="guess")
    with pytest.raises(KnownError) as stopped:
        sign_in(central, came_from="elsewhere")
    assert stopped.value.code == "sign_in.too_often"
    assert stopped.value.retry_after is not None
    with refused("sign_in.too_often"):
        sign_in(central, "marcus", "EWR-1")
    clock.pass_(seconds=61)
    assert sign_in(central)


def test_a_desk_is_the_computer_that_first_signed_in_as_it(central: Central) -> None:
    sign_in(central)
    with refused("desk.taken"):
        sign_in(central, device=an_id("another computer"))
    with refused("desk.differs"):
        sign_in(central, desk="GEO-2", device=an_id("device", "GEO-1"))


def test_a_manager_s_first_sign_in_enrols_a_desk_of_the_branch(central: Central) -> None:
    with refused("desk.unknown"):
        sign_in(central, desk="GEO-3")
    for desk in ("EWR-9", "GEO", "GEO-X", "GEO-3; drop table device"):
        with refused("desk.unknown"):
            sign_in(central, "sandra", desk)
    assert sign_in(central, "sandra", "GEO-3").desk == "GEO-3"
    assert sign_in(central, "shanice", "GEO-3").desk == "GEO-3"


def test_an_agent_of_another_branch_signs_in_at_home(central: Central) -> None:
    with refused("branch.not_yours"):
        sign_in(central, "marcus", "GEO-1")
    assert sign_in(central, "sandra", "EWR-1").branch == "EWR"


def test_a_desk_out_of_use_is_told_so_at_every_door(central: Central, url: str) -> None:
    tokens = sign_in(central)
    with psycopg.connect(url) as connection:
        connection.execute("update device set status = 'revoked'")
    with refused("desk.revoked"):
        central.services.signing_in.identify(tokens.access_token)
    with refused("desk.revoked"):
        sign_in(central)
    with refused("desk.revoked"):
        central.services.signing_in.refresh(tokens.refresh_token)


def test_somebody_who_left_is_out_at_once(central: Central) -> None:
    tokens = sign_in(central)
    with central.database.pushing() as unit:
        unit.save_documents([document_of(STAFF["shanice"].next(active=False))])
    with refused("token.invalid"):
        central.services.signing_in.identify(tokens.access_token)
    with refused("sign_in.refused"):
        sign_in(central)
    with refused("session.ended"):
        central.services.signing_in.refresh(tokens.refresh_token)


def test_a_forged_token_is_nobody_s(central: Central, geo_1: Counter) -> None:
    claims = jwt.decode(geo_1.access, options={"verify_signature": False})
    forged = [
        jwt.encode(claims, "another key that is long enough for HS256", algorithm="HS256"),
        jwt.encode(claims, "", algorithm="none"),
        geo_1.access[:-4] + "AAAA",
        "not.a.token",
        "",
        "\ud800",
    ]
    for token in forged:
        with refused("token.invalid"):
            central.services.signing_in.identify(token)


def test_a_token_without_a_claim_is_nobody_s(central: Central, geo_1: Counter) -> None:
    with central.database.reading() as unit:
        key = unit.signing_key()
    claims = jwt.decode(geo_1.access, options={"verify_signature": False})
    for wrong in ({"sub": "me"}, {"dev": None}, {"ses": 5}, {"exp": "soon"}, {"iss": "elsewhere"}):
        with refused("token.invalid"):
            central.services.signing_in.identify(jwt.encode(claims | wrong, key, algorithm="HS256"))


def test_passwords_are_kept_by_argon2id_and_only_fit_themselves() -> None:
    passwords = ArgonPasswords()
    kept = passwords.hash("naïve\x00\ud800")
    assert kept.startswith("$argon2id$")
    assert passwords.matches(kept, "naïve\x00\ud800")
    assert not passwords.matches(kept, "naïve")
    assert not passwords.matches("not a hash", "naïve")
