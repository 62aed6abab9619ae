"""The laws of the data and of z, from what a user gives for them."""

from pathlib import Path
from typing import Any

from gantheory.base.precision import shown
from gantheory.distributions import Density, Law, Normal, PlaneDensity, Product
from gantheory.distributions.text import parse
from gantheory.judgement.refusals import no_density
from gantheory.training.columns import points_of
from gantheory.training.kernel_density import KernelEstimate, estimated

FILES = (".csv", ".tsv", ".txt", ".dat", ".npy", ".npz", ".parquet", ".pq")  # ends of the names of files of rows


def law_of_data(p_data: Any) -> tuple[Any, KernelEstimate | None]:
    """p_data, and the kernel density estimate that it is, if it is one of rows."""
    if isinstance(p_data, Path):
        p_data = str(p_data)
    if isinstance(p_data, str):
        if Path(p_data).suffix.lower() in FILES:
            raise ValueError(
                f"`p_data` of judge must be a law, its expression or rows. Got {p_data!r}: read its rows by gt.read_csv({p_data!r})."
            )
        return parse(p_data), None
    if isinstance(p_data, Law):
        if p_data.batch_shape:
            raise ValueError(f"`p_data` must be one law. Got {p_data!r}.")
        return p_data, None
    if callable(p_data) or p_data is None or isinstance(p_data, int | float):
        got = "a function" if callable(p_data) else repr(p_data)
        raise ValueError(f"`p_data` of judge must be a law, such as gt.Normal(0, 1), its expression or rows. Got {got}.")
    estimate = estimated(points_of(p_data, "`p_data` of judge, where it is rows,"))
    return estimate.density, estimate


def law_of_z(latent: Any, dimension: int) -> Any:
    """The law of z, for data of this dimension."""
    if latent is None:
        return Normal(0.0, 1.0) if dimension == 1 else Product(Normal(0.0, 1.0), Normal(0.0, 1.0))
    law = parse(latent) if isinstance(latent, str) else latent
    count = law if isinstance(law, int) and not isinstance(law, bool) else law.dimension if isinstance(law, Law) else dimension
    if count > dimension:
        raise no_density(count, dimension)
    if not isinstance(law, Density if dimension == 1 else Density | PlaneDensity):
        where = "line" if dimension == 1 else "line or the plane"
        raise ValueError(f"`latent` must be a density on the {where}, or its expression, such as 'Normal(0, 1)'. Got {shown(latent)}.")
    return law
