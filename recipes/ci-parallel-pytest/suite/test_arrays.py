import numpy as np
import pytest


@pytest.mark.parametrize("size", [8, 32, 64, 96])
def test_an_inverse_undoes_its_matrix(size):
    matrix = np.random.default_rng(size).normal(size=(size, size)) + size * np.eye(size)
    assert np.allclose(matrix @ np.linalg.inv(matrix), np.eye(size))


@pytest.mark.parametrize("length", [64, 1000, 4096])
def test_a_transform_and_its_inverse_give_the_signal(length):
    signal = np.sin(np.linspace(0, 20, length))
    assert np.allclose(np.fft.ifft(np.fft.fft(signal)).real, signal)


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_sorting_keeps_what_is_there(seed):
    values = np.random.default_rng(seed).integers(0, 1000, 50_000)
    assert np.sort(values).sum() == values.sum()


def test_random_numbers_are_this_process_own():
    np.random.seed(1)
    assert np.random.randint(1000) == 37
