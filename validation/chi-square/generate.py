"""Reference values of the chi-square distribution and the incomplete gamma function. Run: python generate.py > data.json"""
import json
import sys

import mpmath
from mpmath import exp, log, loggamma, mp, mpf, quad, sqrt

mp.dps = 40
cases = []


def log_density(a, x):
    """log of x^(a-1) e^-x / Gamma(a)."""
    return (a - 1) * log(x) - x - loggamma(a)


def tail(a, x, upper):
    """P or Q by quadrature of the density in u = log x, from x to where it has fallen by e^-100."""
    start = log(x)
    f = lambda u: log_density(a, exp(u)) + u
    sign = 1 if upper else -1
    top = f(start)
    best, end, step = top, start, mpf(1) / 64 / sqrt(a + 1)
    while True:
        end += sign * step
        value = f(end)
        best = max(best, value)
        if value < best - 100:
            break
        step *= mpf("1.2")
    count = 16
    grid = [start + (end - start) * mpf(k) / count for k in range(count + 1)]
    # mpmath stops on an absolute error, hence the scaling by the highest value.
    return sign * exp(best) * quad(lambda u: exp(f(u) - best), grid)


def both(a, x):
    a, x = mpf(a), mpf(x)
    if x < a:
        p = tail(a, x, False)
        return p, 1 - p
    q = tail(a, x, True)
    return 1 - q, q


SHAPES = [0.5, 1.0, 2.5, 7.0, 30.0, 59.5, 61.0, 100.0, 250.0, 1000.0, 5000.0, 12345.5, 1e5, 1e6, 1e7]
for a in SHAPES:
    for z in [-35, -20, -8, -4, -2, -1, -0.3, -0.01, 0, 0.01, 0.4, 1, 2, 4, 8, 20, 35]:
        x = float(a + z * a ** 0.5)
        if x <= 0:
            x = float(a * exp(mpf(z)))
        p, q = both(a, x)
        for name, value in (("P", p), ("Q", q)):
            if value < mpf("1e-290"):
                continue
            cases.append({"fn": "regularizedGamma" + name, "args": [a, x], "expected": float(value)})
            cases.append({"fn": "chiSquare" + ("Cdf" if name == "P" else "Sf"), "args": [2 * x, 2 * a],
                          "expected": float(value)})


def quantile(p, df, upper, start):
    a, p = mpf(df) / 2, mpf(p)
    u = log(mpf(start) / 2)
    for _ in range(60):
        x = exp(u)
        value = tail(a, x, upper)
        step = (log(value) - log(p)) * value / exp(log_density(a, x) + u)
        u += step if upper else -step
        if abs(step) < mpf(10) ** -25:
            return 2 * exp(u)
    raise RuntimeError((p, df))


from scipy import stats
for df in [1.0, 2.0, 3.5, 10.0, 100.0, 2000.0, 1e5, 2e6]:
    for p in [1e-30, 1e-10, 1e-4, 0.001, 0.025, 0.3, 0.5]:
        low = quantile(p, df, False, stats.chi2.ppf(p, df))
        high = quantile(p, df, True, stats.chi2.isf(p, df))
        cases.append({"fn": "chiSquareQuantile", "args": [p, df], "expected": float(low)})
        cases.append({"fn": "chiSquareIsf", "args": [p, df], "expected": float(high)})
head = {"program": f"Python {sys.version.split()[0]}, mpmath {mpmath.__version__}, 40 digits", "seed": None, "tolerance": 1e-12}
lines = ",\n".join(json.dumps(case) for case in cases)
print(json.dumps(head)[:-1] + ', "cases": [\n' + lines + "\n]}")
