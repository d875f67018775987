"""Reference values of the normal distribution and the error functions. Run: python generate.py > data.json"""
import json
import sys

import mpmath
from mpmath import erfc, erfinv, exp, findroot, log, mp, mpf, pi, sqrt

mp.dps = 60
cases = []


def add(name, args, value):
    value = mpf(value)
    if value == 0 or abs(value) > mpf("1e-307"):
        cases.append({"fn": name, "args": args, "expected": float(value)})


def sf(z):
    return erfc(z / sqrt(mpf(2))) / 2


def quantile(p):
    """z with Phi(z) = p for p < 1/2, by Newton on log Phi."""
    z = -sqrt(-2 * log(p)) if p < mpf("0.01") else mpf(-1)
    for _ in range(200):
        step = (log(sf(-z)) - log(p)) * sf(-z) * sqrt(2 * pi) * exp(z * z / 2)
        z -= step
        if abs(step) < mpf(10) ** -50:
            break
    return z


points = [0.0, 1e-10, 0.001, 0.1, 0.3, 0.46875, 0.5, 0.65, 0.67, 1.0, 1.5, 1.96, 2.5, 3.0, 3.9, 4.0, 4.1, 5.0,
          5.65, 6.0, 7.3, 8.0, 10.0, 12.34, 15.0, 20.7, 26.0, 30.0, 35.5, 37.4]
for z in points:
    for x in {z, -z}:
        m = mpf(x)
        add("normalSf", [x], sf(m))
        add("normalCdf", [x], sf(-m))
        add("normalPdf", [x], exp(-m * m / 2) / sqrt(2 * pi))
        add("normalLogSf", [x], log(sf(m)) if x > 0 else mpmath.log1p(-sf(-m)))
        if abs(x) < 26:
            add("erf", [x], mpmath.erf(m))
            add("erfc", [x], erfc(m))
            add("erfcx", [x], exp(m * m) * erfc(m))
for z in [50.0, 100.0, 1000.0, 1e6]:
    add("normalLogSf", [z], log(erfc(mpf(z) / sqrt(mpf(2))) / 2))
    add("erfcx", [z], exp(mpf(z) ** 2) * erfc(mpf(z)))
for e in [0.3, 0.5, 1, 1.1, 1.6, 2, 3, 4, 5, 7, 8, 10, 10.9, 11, 12, 15, 17, 20, 40, 77, 100, 150, 200, 250, 300]:
    p = 10.0 ** -e
    add("normalQuantile", [p], quantile(mpf(p)) if p < 0.5 else -quantile(1 - mpf(p)))
    add("normalIsf", [p], -quantile(mpf(p)) if p < 0.5 else quantile(1 - mpf(p)))
    add("erfcinv", [p], -quantile(mpf(p) / 2) / sqrt(mpf(2)))
for p in [0.075, 0.07, 0.2, 0.45, 0.49, 0.4999, 0.500001, 0.6, 0.8, 0.9, 0.925, 0.93, 0.975, 0.99, 0.999999]:
    value = quantile(mpf(p)) if p < 0.5 else -quantile(1 - mpf(p))
    add("normalQuantile", [p], value)
    add("erfcinv", [2 * p], value / -sqrt(mpf(2)))
head = {"program": f"Python {sys.version.split()[0]}, mpmath {mpmath.__version__}, 60 digits", "seed": None, "tolerance": 1e-13}
lines = ",\n".join(json.dumps(case) for case in cases)
print(json.dumps(head)[:-1] + ', "cases": [\n' + lines + "\n]}")
