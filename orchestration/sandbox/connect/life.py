"""The life of one seller: its sales, what becomes of them, and what happens to its account."""

from __future__ import annotations

from dataclasses import dataclass, replace

from orchestration.sandbox.connect.accounts import PLATFORM_CURRENCY, Seller
from orchestration.sandbox.connect.buyers import Buyers
from orchestration.sandbox.connect.fates import DEALT, Fate, draw, steps_of
from orchestration.sandbox.connect.flows import (
    Deal,
    destination_charge,
    direct_charge,
    earn_fee,
    pass_on_shares,
    separate_charge,
)
from orchestration.sandbox.connect.orders import mark_paid, place_order
from orchestration.sandbox.connect.pricing import application_fee, fee_tax_percent, price, shares_of
from orchestration.sandbox.payments.charges import DECLINE_CODES, Payment, Sale, refuse_payment
from orchestration.sandbox.world.agenda import Agenda
from orchestration.sandbox.world.books import PLATFORM, Books
from orchestration.sandbox.world.history import Obj
from orchestration.sandbox.world.money import DAY

_MONTH = 30 * DAY
_BRANDS = ("visa", "visa", "mastercard", "amex")
_BULK = 300_000  # US cents that make a refund exceed what payouts leave on a balance
_DECLINED = 5, 37  # the sixth sale and every 37th after it is declined at first; others now and then


@dataclass(slots=True)
class Offer:
    """What a buyer is about to pay: how the seller gets the money, and what will become of it."""

    flow: str
    fate: str
    sale: Sale
    order: Obj | None = None


class SellerLife:
    """One connected account from its first sale to the last; `partner` is the other half of a pair sale."""

    def __init__(self, books: Books, seller: Seller, partner: Seller | None) -> None:
        self.books, self.seller, self.partner = books, seller, partner
        self.rng = books.rng("seller", seller.number)
        self.agenda = Agenda(books.end)
        self.buyers = Buyers(books, self.rng, seller.number, seller.terms.country)
        self.dealt = DEALT[seller.number] if seller.number < len(DEALT) else ()
        self.moments: list[int] = []

    def live(self) -> None:
        """Live from the first day to the last."""
        seller, rng = self.seller, self.rng
        first, last = max(seller.opens_at, self.books.start), seller.closes_at
        count = seller.terms.monthly_sales * (last - first) // _MONTH
        count = max(count * rng.randint(85, 115) // 100, len(self.dealt))
        self.moments = sorted(rng.randrange(first, last) for _ in range(count))
        if self.moments:
            self.agenda.at(self.moments[0], self._sell, 0)
        for since, name in seller.names[1:]:
            if since > first:
                self.agenda.at(since + 9 * 3_600, self._rename, name)
        self.agenda.at(seller.closes_at, self._leave)
        self.agenda.run()

    def _sell(self, at: int, index: int) -> None:
        """One buyer comes; the next one is due at a moment of its own."""
        if index + 1 < len(self.moments):
            self.agenda.at(self.moments[index + 1], self._sell, index + 1)
        rng = self.rng
        offer = self._offer(at, index)
        is_dealt_a_decline = index % _DECLINED[1] == _DECLINED[0]
        if not is_dealt_a_decline and rng.randrange(50):
            self._pay(at, offer)
            return
        refused = refuse_payment(self.books, offer.sale, rng.choice(DECLINE_CODES))
        if is_dealt_a_decline or rng.randrange(5):  # the others give up
            self.agenda.at(at + rng.randrange(40, 900), self._pay, offer, refused)

    def _offer(self, at: int, index: int) -> Offer:
        """What is bought, by whom and how it is to be paid; with the order, if the platform takes it."""
        rng, seller, terms = self.rng, self.seller, self.seller.terms
        flow, fate = self.dealt[index] if index < len(self.dealt) else draw(rng, terms.fee_payer)
        is_direct = flow == "direct"
        tenant = seller.account_id if is_direct else PLATFORM
        buyer = self.buyers.next(tenant, at)
        currency, amount = price(rng, terms.currency, _BULK if fate == "refunded_late" else 0)
        sale = Sale(
            tenant,
            buyer.customer,
            amount,
            currency,
            at,
            "Workshop ticket" if is_direct else "Marketplace order",
            settles_in=terms.currency if is_direct or flow == "on_behalf_of" else PLATFORM_CURRENCY,
            country=terms.country,
            brand=rng.choice(_BRANDS),
            billing_details=buyer.billing_details,
        )
        if flow in ("direct", "destination", "on_behalf_of"):
            sale.application_fee = application_fee(amount, seller.number)
        if is_direct:
            sale.platform_pays_stripe = terms.fee_payer == "application"
            sale.fee_tax_percent = fee_tax_percent(terms.country)
            return Offer(flow, fate, sale)
        if flow in ("destination", "on_behalf_of", "amount"):
            sale.destination = seller.account_id
            sale.on_behalf_of = seller.account_id if flow == "on_behalf_of" else None
            sale.transfer_amount = amount * 85 // 100 if flow == "amount" else None
        else:
            sale.transfer_group = f"SALE-{seller.number + 1:04d}-{index + 1:05d}"
        return Offer(flow, fate, sale, place_order(self.books, rng, sale, buyer.reference))

    def _pay(self, at: int, offer: Offer, refused: Payment | None = None) -> None:
        """The payment goes through, and its fate begins; shares of a separate charge are passed on first."""
        books, agenda, rng, flow = self.books, self.agenda, self.rng, offer.flow
        sale = offer.sale if refused is None else replace(offer.sale, created=at)
        steps = steps_of(flow, offer.fate)
        if flow == "direct":
            deal = direct_charge(books, sale, refused)
            agenda.at(at + rng.randrange(2, 40), self._earn, deal)
            self._plan(at, deal, steps)
        elif sale.destination is not None:
            deal = destination_charge(books, sale, self.seller.account, refused)
            self._plan(at, deal, steps)
        else:
            deal = separate_charge(books, sale, refused)
            wait = rng.randrange(2 * DAY, 6 * DAY) if flow == "late" else rng.randrange(30, 7_200)
            agenda.at(at + wait, self._share, deal, flow, steps)
        if offer.order is not None:
            deal.order = offer.order
            mark_paid(rng, offer.order, deal.payment)

    def _earn(self, at: int, deal: Deal) -> None:
        earn_fee(self.books, deal, at)

    def _share(self, at: int, deal: Deal, flow: str, steps: Fate) -> None:
        """Pass on what belongs to the seller, or to the two sellers of a pair."""
        partner = self.partner.account if self.partner is not None and flow == "pair" else None
        shares = shares_of(deal.payment, self.seller.account, partner)
        pass_on_shares(self.books, deal, at, shares, linked=flow != "late", arrives=flow != "stuck")
        self._plan(at, deal, steps)

    def _plan(self, at: int, deal: Deal, steps: Fate) -> None:
        """Put the first of these steps on the agenda."""
        if steps:
            moment = at + self.rng.randrange(steps[0].low * DAY, steps[0].high * DAY)
            self.agenda.at(moment, self._step, deal, steps)

    def _step(self, at: int, deal: Deal, steps: Fate) -> None:
        steps[0].action(self.books, deal, at)
        self._plan(at, deal, steps[1:])

    def _rename(self, at: int, name: str) -> None:
        account = self.seller.account
        profile = {**account["business_profile"], "name": name}
        self.books.change(account, at, "account.updated", business_profile=profile)

    def _leave(self, at: int) -> None:
        """The seller stops selling here; what it is still owed is passed on and paid out as before."""
        account = self.seller.account
        self.books.change(
            account,
            at,
            "account.updated",
            capabilities={**account["capabilities"], "card_payments": "inactive"},
            charges_enabled=False,
            metadata={**account["metadata"], "left": "true"},
            requirements={**account["requirements"], "disabled_reason": "platform_paused"},
        )
