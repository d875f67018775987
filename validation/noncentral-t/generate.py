"""Reference values of the noncentral t distribution. Run: python generate.py > data.json"""
import json
import sys

import mpmath
from mpmath import erfc, exp, log, loggamma, mp, mpf, quad, sqrt

mp.dps = 25
cases = []


def upper_tail(t, df, ncp):
    """P(T > t) by quadrature over v = log s, s^2 a chi-square over its df."""
    constant = log(mpf(2)) + df / 2 * log(df / 2) - loggamma(df / 2)

    def f(v):
        s = exp(v)
        return exp(constant + df * v - df / 2 * s * s) * erfc((t * s - ncp) / sqrt(mpf(2))) / 2

    # The integrand has one peak: find it on a grid, then cut where it has fallen by 1e-45.
    centre, width = mpf(0), mpf(8)
    for _ in range(40):
        grid = [centre + width * k / 10 for k in range(-10, 11)]
        centre = max(grid, key=f)
        width *= mpf("0.4")
        if width < mpf("1e-6"):
            break
    top = f(centre)
    edges = []
    for sign in (-1, 1):
        step = 1 / sqrt(2 * df + 1 + t * t) / 8
        v = centre
        while f(v) > top * mpf(10) ** -33:
            v += sign * step
            step *= mpf("1.15")
        edges.append(v)
    count = 10
    grid = {edges[0] + (edges[1] - edges[0]) * mpf(k) / count for k in range(count + 1)}
    if t != 0 and ncp / t > 0:
        # The normal factor rises within a few 1/t around s = ncp/t.
        for k in (-8, -4, -2, 0, 2, 4, 8):
            s = (ncp + k) / t
            if s > 0 and edges[0] < log(s) < edges[1]:
                grid.add(log(s))
    # mpmath stops on an absolute error, hence the scaling by the top.
    return top * quad(lambda v: f(v) / top, sorted(grid))


for df in [1.0, 2.5, 5.0, 20.0, 58.0, 200.5, 2544.0, 36671.16, 5e6]:
    for ncp in [0.0, 0.4, 2.8, 6.0, 17.0, 40.0]:
        points = {1.96}
        for z in [-10, -4, -1, 0.3, 2, 8]:
            points.add(round(float(ncp + z * (1 + ncp * ncp / (2 * df)) ** 0.5), 6))
        for t in sorted(points):
            for sign, name in ((1, "noncentralTSf"), (-1, "noncentralTCdf")):
                value = upper_tail(sign * mpf(t), mpf(df), sign * mpf(ncp))
                if value > mpf("1e-280"):
                    cases.append({"fn": name, "args": [t, df, ncp], "expected": float(value)})
head = {"program": f"Python {sys.version.split()[0]}, mpmath {mpmath.__version__}, 25 digits", "seed": None, "tolerance": 1e-12}
lines = ",\n".join(json.dumps(case) for case in cases)
print(json.dumps(head)[:-1] + ', "cases": [\n' + lines + "\n]}")
