"""Reference values of the beta, F and binomial distributions. Run: python generate.py > data.json"""
import json
import sys

import mpmath
from mpmath import binomial, exp, log, loggamma, mp, mpf, quad, sqrt

mp.dps = 40
cases = []


def add(name, args, value):
    if value > mpf("1e-290"):
        cases.append({"fn": name, "args": args, "expected": float(value)})


def lower_tail(a, b, x, y):
    """I_x(a, b) by quadrature in u = logit, where the density of the beta distribution is smooth at both ends."""
    constant = loggamma(a + b) - loggamma(a) - loggamma(b)

    def f(u):
        return constant - a * mpmath.log1p(exp(-u)) - b * mpmath.log1p(exp(u))

    start = log(x) - log(y)
    best, end, step = f(start), start, sqrt((a + b) / (a * b)) / 64
    while True:
        end -= step
        value = f(end)
        best = max(best, value)
        if value < best - 100:
            break
        step *= mpf("1.2")
    count = 16
    grid = [start + (end - start) * mpf(k) / count for k in range(count + 1)]
    # mpmath stops on an absolute error, hence the scaling by the highest value.
    return -exp(best) * quad(lambda u: exp(f(u) - best), grid)


def both(a, b, x, y):
    if b * x <= a * y:
        p = lower_tail(a, b, x, y)
        return p, 1 - p
    q = lower_tail(b, a, y, x)
    return 1 - q, q


SHAPES = [0.5, 1.0, 3.7, 25.0, 400.0, 18335.58, 1e7]
for a in SHAPES:
    for b in SHAPES:
        for z in [-25, -6, -2, -0.5, -0.01, 0, 0.3, 1, 3, 10]:
            logit = log(mpf(a) / b) + z * sqrt(mpf(1) / a + mpf(1) / b)
            x = float(1 / (1 + exp(-logit)))
            if x == 1:
                continue
            p, q = both(mpf(a), mpf(b), mpf(x), 1 - mpf(x))
            add("betaCdf", [x, a, b], p)
            add("betaSf", [x, a, b], q)
for d1 in [1.0, 2.0, 7.5, 120.0, 5000.0, 2e6]:
    for d2 in [1.0, 3.0, 40.0, 36671.16, 2e7]:
        for z in [-9, -3, -1, -0.1, 0.1, 1, 3, 9]:
            f = float(exp(z * sqrt(mpf(2) / d1 + mpf(2) / d2)))
            x = mpf(d1) * mpf(f) / (mpf(d1) * mpf(f) + mpf(d2))
            y = mpf(d2) / (mpf(d1) * mpf(f) + mpf(d2))
            p, q = both(mpf(d1) / 2, mpf(d2) / 2, x, y)
            add("fCdf", [f, d1, d2], p)
            add("fSf", [f, d1, d2], q)


def beta_quantile(p, a, b, start):
    a, b, p, u = mpf(a), mpf(b), mpf(p), log(mpf(start)) - mpmath.log1p(-mpf(start))
    for _ in range(80):
        x, y = 1 / (1 + exp(-u)), 1 / (1 + exp(u))
        value = both(a, b, x, y)[0]
        density = exp(loggamma(a + b) - loggamma(a) - loggamma(b) + a * log(x) + b * log(y))
        step = (log(value) - log(p)) * value / density
        u -= step
        if abs(step) < mpf(10) ** -25:
            return 1 / (1 + exp(-u))
    raise RuntimeError((p, a, b))


from scipy import stats
for a, b in [(0.5, 2.0), (2.0, 0.5), (1.0, 1.0), (3.7, 40.0), (40.0, 3.7), (500.0, 1500.0), (1e5, 2e5)]:
    for p in [1e-12, 1e-5, 0.025, 0.3, 0.5, 0.8, 0.975, 0.9999]:
        start = a * stats.beta.ppf(0.5, a, b) / a if p < 1e-10 and a < 1 else stats.beta.ppf(p, a, b)
        if a == 0.5 and p < 1e-3:
            start = (p * a * float(mpmath.beta(a, b))) ** (1 / a)
        add("betaQuantile", [p, a, b], beta_quantile(p, a, b, start))
for n, p in [(1, 0.3), (10, 0.5), (100, 0.02), (5000, 0.31), (1000000, 0.001)]:
    spread = (n * p * (1 - p)) ** 0.5
    for k in sorted({min(n, max(0, round(n * p + z * spread))) for z in [-10, -4, -1, 0, 1, 3, 10]}):
        q = mpf(p)
        mass = lambda i: exp(loggamma(n + 1) - loggamma(i + 1) - loggamma(n - i + 1) + i * log(q)
                             + (n - i) * mpmath.log1p(-q))
        add("binomialPmf", [k, n, p], mass(mpf(k)))
        low = mpmath.fsum(mass(mpf(i)) for i in range(max(0, int(n * p - 40 * spread) - 5), k + 1))
        high = mpmath.fsum(mass(mpf(i)) for i in range(k + 1, min(n, int(n * p + 40 * spread) + 60) + 1))
        add("binomialCdf", [k, n, p], low)
        add("binomialSf", [k, n, p], high)
head = {"program": f"Python {sys.version.split()[0]}, mpmath {mpmath.__version__}, 40 digits", "seed": None, "tolerance": 1e-12}
lines = ",\n".join(json.dumps(case) for case in cases)
print(json.dumps(head)[:-1] + ', "cases": [\n' + lines + "\n]}")
