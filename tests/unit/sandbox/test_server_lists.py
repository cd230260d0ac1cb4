"""Lists of the sandbox behave as Stripe's: pages, filters and only the filters that each list has."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import stripe

from orchestration.sandbox.server import SandboxServer
from orchestration.sandbox.server.resources import RESOURCES
from orchestration.sandbox.world.money import DAY
from orchestration.sandbox.world.plan import END
from tests.unit.sandbox.server_company import CHARGES, LINES, SELLER, client_of, get, ids, small_company

CHARGE_IDS = [f"ch_{number:02}" for number in range(CHARGES)]


@pytest.fixture(scope="module")
def server() -> Iterator[SandboxServer]:
    with SandboxServer(small_company()) as running:
        yield running


@pytest.mark.parametrize("limit", [1, 7, 24, 25, 100])
def test_paging_forwards_gives_every_object_once_newest_first(server, limit):
    pages = client_of(server).v1.charges.list({"limit": limit})
    found = [charge.id for charge in pages.auto_paging_iter()]
    assert sorted(found) == CHARGE_IDS
    assert found[:2] == ["ch_24", "ch_23"]
    assert found.index("ch_07") + 1 == found.index("ch_06")  # one second: what came later is newer


def test_paging_backwards_gives_every_newer_object_once_oldest_first(server):
    pages = client_of(server).v1.charges.list({"limit": 4, "ending_before": "ch_02"})
    assert [charge.id for charge in pages.auto_paging_iter()] == CHARGE_IDS[3:]


def test_a_page_says_whether_there_are_more_in_its_direction(server):
    assert len(ids(get(server, "/v1/charges"))) == 10  # the default
    assert get(server, "/v1/charges?limit=25")["has_more"] is False
    assert get(server, "/v1/charges?limit=24")["has_more"] is True
    older = get(server, "/v1/charges?limit=2&starting_after=ch_02")
    assert (ids(older), older["has_more"], older["url"]) == (["ch_01", "ch_00"], False, "/v1/charges")
    newer = get(server, "/v1/charges?limit=2&ending_before=ch_21")
    assert (ids(newer), newer["has_more"]) == (["ch_23", "ch_22"], True)


def test_a_filter_holds_on_every_page(server):
    pages = client_of(server).v1.charges.list({"limit": 2, "customer": "cus_1"})
    assert {charge.id for charge in pages.auto_paging_iter()} == set(CHARGE_IDS[1::3])


@pytest.mark.parametrize("name", sorted(set(RESOURCES) - {"subscription_items", "events"}))
def test_every_resource_is_listed_and_its_objects_are_retrieved_as_listed(server, name):
    rows = get(server, f"/v1/{name}?limit=100")["data"]
    assert rows
    for row in rows[:3]:
        assert row["object"] == RESOURCES[name].object
        assert get(server, f"/v1/{name}/{row['id']}") == row


FILTERS = [
    ("accounts", f"created[lt]={END - 120 * DAY}", []),
    ("application_fees", "charge=py_1", ["fee_1"]),
    ("balance_transactions", "type=adjustment", "one"),
    ("balance_transactions", "source=ch_03", "one"),
    ("balance_transactions", "currency=eur", []),
    ("charges", "payment_intent=pi_0", ["ch_20", "ch_15", "ch_10", "ch_05", "ch_00"]),
    ("charges", "transfer_group=g1&customer=cus_0", ["ch_21", "ch_15", "ch_09", "ch_03"]),
    ("charges", f"created={END - 3 * DAY}", ["ch_22"]),
    ("charges", f"created[gte]={END - 3 * DAY}&created[lt]={END - DAY}", ["ch_23", "ch_22"]),
    ("charges", f"created[gt]={END - 3 * DAY}&created[lte]={END - DAY}", ["ch_24", "ch_23"]),
    ("coupons", f"created[gt]={END - 2 * DAY}", ["coup_2"]),
    ("credit_notes", "customer=cus_0", ["cn_2", "cn_0"]),
    ("credit_notes", "invoice=in_1", ["cn_2", "cn_1"]),
    ("customers", "email=a@example.com", ["cus_2", "cus_0"]),
    ("customers/cus_0/balance_transactions", "", ["cbtxn_2", "cbtxn_0"]),
    ("customers/cus_0/balance_transactions", "invoice=in_0", ["cbtxn_0"]),
    ("disputes", "charge=ch_02", ["du_0"]),
    ("disputes", "payment_intent=pi_9", []),
    ("invoiceitems", f"created[gte]={END - 2 * DAY}", ["ii_2", "ii_1"]),
    ("invoiceitems", "pending=true&customer=cus_0", ["ii_2"]),
    ("invoiceitems", "invoice=in_0", ["ii_0"]),
    ("invoice_payments", "invoice=in_1&status=open", ["inpay_1"]),
    ("invoice_payments", "payment[type]=payment_intent&payment[payment_intent]=pi_0", ["inpay_0"]),
    ("invoices", "status=paid", ["in_0"]),
    ("invoices", "collection_method=send_invoice&customer=cus_0", ["in_2", "in_0"]),
    ("invoices", f"due_date[gte]={END}", ["in_2", "in_0"]),
    ("invoices", "subscription=sub_1", ["in_1"]),
    ("payment_intents", "customer=cus_1", ["pi_1"]),
    ("payouts", "destination=ba_True", ["po_auto"]),
    ("payouts", f"arrival_date[gte]={END - 2 * DAY}", ["po_hand"]),
    ("payouts", "status=in_transit", []),
    ("plans", "product=prod_0&active=false", ["plan_1"]),
    ("prices", "active=true", ["price_2"]),
    ("prices", "currency=usd&product=prod_1", ["price_2"]),
    ("prices", "type=one_time", ["price_1"]),
    ("prices", "lookup_keys[]=a&lookup_keys[]=b", ["price_1", "price_0"]),
    ("prices", "recurring[interval]=year", ["price_2"]),
    ("products", "ids[0]=prod_2&ids[1]=prod_0", ["prod_2", "prod_0"]),
    ("products", "shippable=false", ["prod_1"]),
    ("products", "type=good&url=https://a.example", ["prod_0"]),
    ("promotion_codes", "coupon=coup_0", ["promo_2", "promo_0"]),
    ("promotion_codes", "code=SUMMER", ["promo_1"]),
    ("radar/early_fraud_warnings", "charge=ch_02", ["issfr_0"]),
    ("refunds", "charge=ch_24&payment_intent=pi_4", ["re_1", "re_0"]),
    ("subscription_items", "subscription=sub_0", ["si_0"]),
    ("subscription_schedules", "scheduled=true", ["sub_sched_1"]),
    ("subscription_schedules", f"released_at[gte]={END - DAY}", ["sub_sched_2"]),
    ("subscriptions", "", ["sub_2", "sub_0"]),
    ("subscriptions", "status=all", ["sub_2", "sub_1", "sub_0"]),
    ("subscriptions", "status=canceled", ["sub_1"]),
    ("subscriptions", "status=past_due", ["sub_2"]),
    ("subscriptions", f"current_period_end[gt]={END}&price=price_0", ["sub_2"]),
    ("tax_rates", "inclusive=true", ["txr_1"]),
    ("topups", "amount[gte]=20&status=succeeded", ["tu_2"]),
    ("transfers", f"destination={SELLER}&transfer_group=g1", ["tr_2"]),
]


@pytest.mark.parametrize(("name", "query", "expected"), FILTERS)
def test_filters_select(server, name, query, expected):
    found = ids(get(server, f"/v1/{name}?{query}"))
    assert len(found) == 1 if expected == "one" else found == expected


@pytest.mark.parametrize(("path", "param", "code"), [
    ("charges?status=succeeded", "status", "parameter_unknown"),
    ("charges?created[since]=1", "created[since]", "parameter_unknown"),
    ("charges/ch_00?limit=1", "limit", "parameter_unknown"),
    ("subscription_items?subscription=sub_0&created[gte]=1", "created[gte]", "parameter_unknown"),
    ("invoices/in_0/lines?created=1", "created", "parameter_unknown"),
    ("transfers/tr_0/reversals?created[gte]=1", "created[gte]", "parameter_unknown"),
    ("subscription_items", "subscription", "parameter_missing"),
    ("subscription_items?subscription=sub_9", "subscription", "resource_missing"),
    ("charges?limit=0", "limit", "parameter_invalid_integer"),
    ("charges?limit=101", "limit", "parameter_invalid_integer"),
    ("charges?limit=ten", "limit", "parameter_invalid_integer"),
    ("charges?created[gte]=yesterday", "created[gte]", "parameter_invalid_integer"),
    ("charges?starting_after=ch_99", "starting_after", "resource_missing"),
    ("charges?ending_before=re_0", "ending_before", "resource_missing"),
    ("charges?starting_after=ch_01&ending_before=ch_02", "starting_after", None),
    ("invoices/in_0/lines?starting_after=il_9", "starting_after", "resource_missing"),
    ("balance_transactions?payout=po_9", "payout", "resource_missing"),
    ("subscriptions?status=happy", "status", None),
    ("events?type=a&types[]=b", "types", None),
    ("events?" + "&".join(f"types[]={n}" for n in range(21)), "types", None),
    ("charges?expand[]=balance_transaction", "expand", None),
    ("charges?expand[]=data.amount_of_fun", "expand", None),
])  # fmt: skip
def test_what_stripe_refuses_is_refused_in_its_words(server, path, param, code):
    with pytest.raises(stripe.InvalidRequestError) as caught:
        get(server, f"/v1/{path}")
    assert (caught.value.http_status, caught.value.param, caught.value.code) == (400, param, code)
    assert caught.value.json_body["error"]["type"] == "invalid_request_error"


@pytest.mark.parametrize("path", ["charges/ch_99", "disputes/ch_00", "nonsense", "charges/ch_00/nothing",
                                  "customers/cus_9/balance_transactions", "invoiceitems/ii_gone"])
def test_what_does_not_exist_is_404(server, path):
    with pytest.raises(stripe.InvalidRequestError) as caught:
        get(server, f"/v1/{path}")
    assert caught.value.http_status == 404


def test_nested_lists_are_cut_and_their_own_list_has_the_rest(server):
    lines = get(server, "/v1/invoices/in_0")["lines"]
    assert (len(lines["data"]), lines["has_more"], lines["total_count"]) == (10, True, LINES)
    first = get(server, "/v1/invoices/in_0/lines?limit=9")
    rest = get(server, f"/v1/invoices/in_0/lines?limit=9&starting_after={ids(first)[-1]}")
    assert ids(first) + ids(rest) == [f"il_in_0_{index:02}" for index in range(LINES)]
    assert (first["has_more"], rest["has_more"]) == (True, False)
    back = get(server, f"/v1/invoices/in_0/lines?limit=3&ending_before={ids(rest)[0]}")
    assert ids(back) == ids(first)[-3:]
    assert get(server, "/v1/invoices/in_1")["lines"]["has_more"] is False


def test_children_that_are_objects_are_paged_and_retrieved(server):
    shown = get(server, "/v1/transfers/tr_0")["reversals"]
    assert (len(shown["data"]), shown["has_more"]) == (10, True)
    first = get(server, "/v1/transfers/tr_0/reversals")
    rest = get(server, f"/v1/transfers/tr_0/reversals?starting_after={ids(first)[-1]}")
    found = ids(first) + ids(rest)
    assert sorted(found) == [f"transfer_reversal_{index:02}" for index in range(12)]
    assert get(server, f"/v1/transfers/tr_0/reversals/{found[-1]}")["transfer"] == "tr_0"
    assert ids(get(server, "/v1/transfers/tr_1/reversals")) == []
    assert len(ids(get(server, "/v1/application_fees/fee_0/refunds"))) == 2
    assert ids(get(server, "/v1/credit_notes/cn_0/lines")) == ["cnli_0", "cnli_1"]
    assert get(server, "/v1/customers/cus_0/balance_transactions/cbtxn_0")["amount"] == -1
    assert get(server, "/v1/subscription_items/si_1")["subscription"] == "sub_1"


def test_an_automatic_payout_lists_its_members_and_its_own_row(server):
    rows = get(server, "/v1/balance_transactions?payout=po_auto")["data"]
    own = [row for row in rows if row["type"] == "payout"]
    members = [row["source"] for row in rows if row["type"] != "payout"]
    assert [row["source"] for row in own] == ["po_auto"]
    assert members == ["ch_14"]  # eleven days old, available nine days ago, swept at the next midnight
    with pytest.raises(stripe.InvalidRequestError, match="only be filtered on automatic transfers, not manual"):
        get(server, "/v1/balance_transactions?payout=po_hand")


def test_ids_are_expanded(server):
    charge = get(server, "/v1/charges?limit=1&expand[]=data.balance_transaction&expand[]=data.customer")["data"][0]
    assert charge["balance_transaction"]["source"] == charge["id"]
    assert charge["customer"]["id"] == "cus_0"
    assert get(server, "/v1/charges/ch_24?expand[]=balance_transaction")["balance_transaction"]["net"] == 124
    with pytest.raises(stripe.InvalidRequestError, match="more than 4 levels"):
        get(server, "/v1/charges?expand[]=data.a.b.c.d")
