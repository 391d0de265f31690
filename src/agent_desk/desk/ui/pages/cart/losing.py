"""What the lines of a cart say of a quantity that another desk wrote over; free of Qt."""

from __future__ import annotations

from agent_desk.domain.losing import Loss, line_field
from agent_desk.domain.selling import Cart, CartLine, CartState


def find_loss(cart: Cart | None, line: CartLine) -> Loss | None:
    """That of a line whose quantity somebody replaced unseen, while it can still be put back."""
    if cart is None or cart.state is not CartState.OPEN:
        return None
    return next((loss for loss in cart.losses if loss.field == line_field(line.id)), None)


def loss_words(loss: Loss) -> str:
    """`Changed by Roxanne Hinds at GEO-1: 3. Keep 2?`."""
    return f"Changed by {loss.by}: {loss.instead}. Keep {loss.value}?"
