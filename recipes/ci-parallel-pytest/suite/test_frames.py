import numpy as np
import pandas as pd
import pytest


@pytest.fixture
def orders():
    rng = np.random.default_rng(7)
    return pd.DataFrame({"shop": rng.integers(0, 20, 5000), "price": rng.gamma(2.0, 10.0, 5000)})


@pytest.mark.parametrize("function", ["sum", "mean", "median", "max"])
def test_groups_have_what_their_rows_have(orders, function):
    grouped = getattr(orders.groupby("shop").price, function)()
    assert np.isclose(grouped[3], getattr(orders.price[orders.shop == 3], function)())


@pytest.mark.parametrize("how", ["inner", "left", "outer"])
def test_a_join_finds_every_order(orders, how):
    shops = pd.DataFrame({"shop": range(20), "name": [f"shop {n}" for n in range(20)]})
    assert len(orders.merge(shops, on="shop", how=how)) == len(orders)


@pytest.mark.parametrize("window", [3, 30])
def test_a_rolling_mean_begins_when_its_window_is_full(orders, window):
    rolled = orders.price.rolling(window).mean()
    assert rolled.isna().sum() == window - 1


def test_a_frame_comes_back_from_csv(orders, tmp_path):
    orders.to_csv(tmp_path / "orders.csv", index=False)
    pd.testing.assert_frame_equal(pd.read_csv(tmp_path / "orders.csv"), orders)
