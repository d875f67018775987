"""Reference values of the log-gamma function and relatives. Run: python generate.py > data.json"""
import json
import sys

import mpmath
from mpmath import beta, log, loggamma, mp, mpf, pi, log1p

mp.dps = 60
cases = []


def add(name, args, value):
    cases.append({"fn": name, "args": args, "expected": float(value)})


for x in [1e-8, 0.01, 0.3, 0.5, 0.75, 0.999, 0.9999999, 1.0000001, 1.001, 1.3, 1.4999, 1.5, 1.75, 1.999, 2.001, 2.4,
          2.6, 3.0, 4.4, 5.5, 7.25, 9.99, 10.0, 10.5, 25.25, 100.0, 1234.5, 1e5, 18335.58, 1e7, 1e12]:
    m = mpf(x)
    add("logGamma", [x], loggamma(m))
    add("stirlingRemainder", [x], loggamma(m) - ((m - 0.5) * log(m) - m + log(2 * pi) / 2))
for a in [0.5, 1.0, 3.7, 12.0, 350.5, 18335.58, 1e6]:
    for b in [0.5, 2.25, 40.0, 5000.0, 1e7]:
        add("logBeta", [a, b], loggamma(mpf(a)) + loggamma(mpf(b)) - loggamma(mpf(a) + mpf(b)))
for x in [-0.99, -0.7, -0.59, -0.3, -0.01, -1e-5, -1e-9, 1e-12, 1e-7, 0.002, 0.1, 0.5, 1.0, 1.19, 1.3, 4.0, 100.0]:
    add("log1pmx", [x], log1p(mpf(x)) - mpf(x))
head = {"program": f"Python {sys.version.split()[0]}, mpmath {mpmath.__version__}, 60 digits", "seed": None, "tolerance": 1e-13}
lines = ",\n".join(json.dumps(case) for case in cases)
print(json.dumps(head)[:-1] + ', "cases": [\n' + lines + "\n]}")
