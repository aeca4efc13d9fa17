"""A simulated shop with cause and effect, for the demo, the tests and the benchmarks."""

from dagster_project.sample_shop.facts import ShopFacts
from dagster_project.sample_shop.generate import generate_shop

__all__ = ["ShopFacts", "generate_shop"]
