"""Writes the sample reference files of this directory with NumPy, SciPy and statsmodels.

Nothing here calls Plumbline. Run: python3 generate.py   (versions in README.md)
"""
import json
import math
from pathlib import Path

import numpy as np
import scipy
import statsmodels
import statsmodels.api as sm
from scipy import optimize, stats
from statsmodels.stats.power import TTestIndPower

HERE = Path(__file__).parent
SOURCE = f"NumPy {np.__version__}, SciPy {scipy.__version__}, statsmodels {statsmodels.__version__}"
rng = np.random.default_rng(20240229)
z = stats.norm.isf


def write(name, tolerance, absolute, cases):
    def plain(value):
        if isinstance(value, dict):
            return {k: plain(v) for k, v in value.items()}
        if isinstance(value, (list, tuple, np.ndarray)):
            return [plain(v) for v in value]
        if isinstance(value, np.generic):
            value = value.item()
        if isinstance(value, float) and not math.isfinite(value):
            return None
        return value

    document = {
        "source": SOURCE,
        "how": "generate.py in this directory",
        "tolerance": tolerance,
        "absolute_tolerance": absolute,
        "cases": [{"id": i, "input": plain(a), "expected": plain(b)} for i, a, b in cases],
    }
    (HERE / name).write_text(json.dumps(document, indent=1) + "\n")


def welch(a, b, alpha, alternative):
    r = stats.ttest_ind(a, b, equal_var=False, alternative=alternative)
    level = 1 - alpha
    ci = r.confidence_interval(level)
    return {
        "difference": np.mean(a) - np.mean(b),
        "se": math.sqrt(np.var(a, ddof=1) / len(a) + np.var(b, ddof=1) / len(b)),
        "t": r.statistic, "df": r.df, "p_value": r.pvalue, "ci_lower": ci.low, "ci_upper": ci.high,
    }


def two_proportion(x1, n1, x2, n2, alpha):
    zs, p = sm.stats.proportions_ztest([x1, x2], [n1, n2])
    lo, hi = sm.stats.confint_proportions_2indep(x1, n1, x2, n2, method="wald", compare="diff", alpha=alpha)
    p1, p2 = x1 / n1, x2 / n2
    se = math.sqrt(p1 * (1 - p1) / n1 + p2 * (1 - p2) / n2)
    return {"difference": p1 - p2, "z_pooled": zs, "p_value": p, "se_unpooled": se, "ci_lower": lo, "ci_upper": hi}


def srm(observed, expected_ratio):
    expected = np.array(expected_ratio) * sum(observed) / sum(expected_ratio)
    r = stats.chisquare(observed, expected)
    return {"chi_square": r.statistic, "df": len(observed) - 1, "p_value": r.pvalue}


def mann_whitney(a, b, continuity, alternative):
    r = stats.mannwhitneyu(a, b, use_continuity=continuity, alternative=alternative, method="asymptotic")
    n1, n2 = len(a), len(b)
    n = n1 + n2
    _, t = np.unique(np.concatenate([a, b]), return_counts=True)
    sigma = math.sqrt(n1 * n2 / 12 * (n + 1 - sum(t.astype(float) ** 3 - t) / (n * (n - 1))))
    return {"u1": r.statistic, "p_value": r.pvalue, "sigma_u": sigma,
            "probability_of_superiority": r.statistic / (n1 * n2)}


def ratio_of_means(mt, vt, nt, mc, vc, nc, cov, alpha):
    vy, vx, q = vt / nt, vc / nc, z(alpha / 2)
    ratio = mt / mc
    se = math.sqrt(vy / mc**2 + mt**2 * vx / mc**4 - 2 * mt * cov / mc**3)
    out = {"ratio": ratio, "relative_lift": ratio - 1, "g": q * q * vx / mc**2, "delta_se": se,
           "delta_lift_lower": ratio - 1 - q * se, "delta_lift_upper": ratio - 1 + q * se}
    # Fieller as the solutions of (mt - R mc)^2 = q^2 Var(mt - R mc), by the companion matrix.
    roots = np.roots([mc**2 - q * q * vx, -2 * (mt * mc - q * q * cov), mt**2 - q * q * vy])
    real = np.isreal(roots).all()
    kind = "bounded" if mc**2 > q * q * vx else "complement" if real else "whole_line"
    lo, hi = sorted(roots.real) if real else (None, None)
    out |= {"fieller_type": kind, "fieller_ratio_lower": lo, "fieller_ratio_upper": hi,
            "fieller_lift_lower": lo if lo is None else lo - 1, "fieller_lift_upper": hi if hi is None else hi - 1}
    if ratio > 0:
        s = math.sqrt(vy / mt**2 + vx / mc**2 - 2 * cov / (mt * mc))
        out |= {"log_delta_se": s, "log_delta_lift_lower": ratio * math.exp(-q * s) - 1,
                "log_delta_lift_upper": ratio * math.exp(q * s) - 1}
    return out


def ratio_metric(treatment, control, alpha):
    def arm(d):
        x, y = np.array(d["numerator"], float), np.array(d["denominator"], float)
        r = x.sum() / y.sum()
        # The delta variance is the variance of the mean of the linearised unit values.
        v = np.var((x - r * y) / y.mean(), ddof=1) / len(x)
        return {"ratio": r, "variance": v, "se": math.sqrt(v)}
    t, c = arm(treatment), arm(control)
    d, se = t["ratio"] - c["ratio"], math.sqrt(t["variance"] + c["variance"])
    lo, hi = stats.norm.interval(1 - alpha, d, se)
    return {"treatment": t, "control": c, "difference": d, "se": se, "z": d / se,
            "p_value": 2 * stats.norm.sf(abs(d / se)), "ci_lower": lo, "ci_upper": hi}


def summary_test(t, c, alpha):
    r = stats.ttest_ind(t, c, equal_var=False)
    se = math.sqrt(np.var(t, ddof=1) / len(t) + np.var(c, ddof=1) / len(c))
    d = t.mean() - c.mean()
    return {"mean_treatment": t.mean(), "mean_control": c.mean(), "difference": d, "se": se, "df_welch": r.df,
            "t": r.statistic, "p_welch": r.pvalue, "p_normal": 2 * stats.norm.sf(abs(d / se)),
            "ci_welch": list(r.confidence_interval(1 - alpha)), "ci_normal": stats.norm.interval(1 - alpha, d, se)}


def regression(design, y, alpha):
    fit = sm.OLS(y, design).fit()
    se = fit.HC2_se[1]
    b = fit.params[1]
    return {"coef": fit.params, "treatment": b, "se_classical": fit.bse[1], "df_resid": fit.df_resid,
            "se_hc0": fit.HC0_se[1], "se_hc1": fit.HC1_se[1], "se_hc2": se, "se_hc3": fit.HC3_se[1],
            "p_normal_hc2": 2 * stats.norm.sf(abs(b / se)), "p_t_hc2": 2 * stats.t.sf(abs(b / se), fit.df_resid),
            "ci_normal_hc2": stats.norm.interval(1 - alpha, b, se)}


def cuped(arm, y, covariates, alpha):
    x = covariates[0]
    t = arm == 1
    def adjusted(theta):
        a = y - theta * (x - x.mean())
        out = summary_test(a[t], a[~t], alpha)
        return out | {"theta": theta, "variance_ratio": (out["se"] / plain["se"]) ** 2}
    plain = summary_test(y[t], y[~t], alpha)
    within = sm.OLS(y, np.column_stack([t, ~t, x]).astype(float)).fit().params[2]
    c = np.column_stack([v - v.mean() for v in covariates])
    one = np.ones(len(y))
    return {"unadjusted": plain, "cuped_theta_pooled": adjusted(np.polyfit(x, y, 1)[0]),
            "cuped_theta_within": adjusted(within),
            "ancova": regression(np.column_stack([one, arm, c]), y, alpha),
            "lin_interacted": regression(np.column_stack([one, arm, c, c * arm[:, None]]), y, alpha)}


def quantile(control, treatment, p, alpha):
    q = z(alpha / 2)
    def arm(d):
        user, value = np.array(d["user"]), np.sort(d["value"])
        n = len(value)
        x = np.quantile(d["value"], p, method="inverted_cdf")
        groups = [np.array(d["value"])[user == u] for u in np.unique(user)]
        big = np.array([len(g) for g in groups], float)
        low = np.array([(g <= x).sum() for g in groups], float)
        f = low.sum() / big.sum()
        cluster = np.var((low - f * big) / big.mean(), ddof=1) / len(groups)
        iid = p * (1 - p) / n
        def ranks(s):
            lo = min(max(math.floor(n * (p - q * s)), 1), n)
            hi = min(max(math.ceil(n * (p + q * s)), 1), n)
            ci = [value[lo - 1], value[hi - 1]]
            return [lo, hi], ci, (ci[1] - ci[0]) / (2 * q)
        r1, c1, s1 = ranks(math.sqrt(iid))
        r2, c2, s2 = ranks(math.sqrt(cluster))
        correction = math.sqrt(cluster / iid)
        h = 0.9 * min(value.std(ddof=1), stats.iqr(value) / 1.34) * n ** -0.2
        density = stats.norm.pdf(x, value, h).mean()
        return {"n": n, "clusters": len(groups), "quantile": x, "ecdf_at_quantile": f, "iid_variance_of_ecdf": iid,
                "cluster_variance_of_ecdf": cluster, "cluster_correction": correction, "iid_ranks": r1, "iid_ci": c1,
                "iid_se": s1, "post_adjusted_se": s1 * correction, "pre_adjusted_ranks": r2, "pre_adjusted_ci": c2,
                "pre_adjusted_se": s2, "kde_bandwidth": h, "kde_density": density,
                "delta_kde_se": math.sqrt(cluster) / density}
    c, t = arm(control), arm(treatment)
    d = t["quantile"] - c["quantile"]
    out = {"control": c, "treatment": t, "difference": d}
    for kind in ["post_adjusted_se", "pre_adjusted_se", "delta_kde_se", "iid_se"]:
        se = math.hypot(t[kind], c[kind])
        out |= {f"difference_{kind}": se, f"z_{kind}": d / se, f"p_{kind}": 2 * stats.norm.sf(abs(d / se)),
                f"ci_{kind}": stats.norm.interval(1 - alpha, d, se)}
    return out


def t_power(d, n1, n2, alpha, sided):
    df, ncp = n1 + n2 - 2, d * math.sqrt(n1 * n2 / (n1 + n2))
    c = stats.t.isf(alpha / sided, df)
    # SciPy gives NaN for a far tail too small to matter (below 1e-15).
    return stats.nct.sf(c, df, ncp) + (np.nan_to_num(stats.nct.cdf(-c, df, ncp)) if sided == 2 else 0)


def proportion_n(m, p1, p2, alpha, power, sided, r):
    a, b, diff = z(alpha / sided), stats.norm.ppf(power), abs(p1 - p2)
    v = p1 * (1 - p1) + p2 * (1 - p2) / r
    pb = (p1 + r * p2) / (1 + r)
    pooled = (a * math.sqrt((1 + 1 / r) * pb * (1 - pb)) + b * math.sqrt(v)) ** 2 / diff**2
    n1 = {"unpooled": (a + b) ** 2 * v / diff**2, "pooled": pooled,
          "pooled_cc": pooled / 4 * (1 + math.sqrt(1 + 2 * (1 + r) / (pooled * r * diff))) ** 2,
          "arcsine": (a + b) ** 2 * (1 + 1 / r) / sm.stats.proportion_effectsize(p1, p2) ** 2}[m]
    return {"n1_fractional": n1, "n1": math.ceil(n1), "n2": math.ceil(r * math.ceil(n1))}


def proportion_power(m, p1, p2, alpha, n1, sided, r):
    n2, a, diff = r * n1, z(alpha / sided), abs(p1 - p2)
    s1 = math.sqrt(p1 * (1 - p1) / n1 + p2 * (1 - p2) / n2)
    pb = (n1 * p1 + n2 * p2) / (n1 + n2)
    s0 = math.sqrt(pb * (1 - pb) * (1 / n1 + 1 / n2))
    h = abs(sm.stats.proportion_effectsize(p1, p2))
    x = {"unpooled": diff / s1 - a, "pooled": (diff - a * s0) / s1, "arcsine": h / math.sqrt(1 / n1 + 1 / n2) - a}[m]
    return {"power": stats.norm.cdf(x)}


# Student's sleep data (Biometrika 6, 1908): hours gained under two drugs.
SLEEP = ([0.7, -1.6, -0.2, -1.2, -0.1, 3.4, 3.7, 0.8, 0.0, 2.0], [1.9, 0.8, 1.1, 0.1, -0.1, 4.4, 5.5, 1.6, 4.6, 3.4])


def tests_fixed():
    cases = []
    def case(i, kind, f, **inputs):
        cases.append((i, {"kind": kind, **inputs}, f(**inputs)))
    case("welch-sleep", "welch_t", welch, a=SLEEP[1], b=SLEEP[0], alpha=0.05, alternative="two-sided")
    case("welch-sleep-greater", "welch_t", welch, a=SLEEP[1], b=SLEEP[0], alpha=0.05, alternative="greater")
    case("welch-sleep-less", "welch_t", welch, a=SLEEP[0], b=SLEEP[1], alpha=0.01, alternative="less")
    case("proportions-physicians-aspirin", "two_proportion_z", two_proportion, x1=104, n1=11037, x2=189, n2=11034, alpha=0.05)
    case("proportions-small", "two_proportion_z", two_proportion, x1=9, n1=31, x2=4, n2=27, alpha=0.1)
    case("srm-mendel-peas", "srm_chi_square", srm, observed=[315, 108, 101, 32], expected_ratio=[9, 3, 3, 1])
    case("srm-two", "srm_chi_square", srm, observed=[10250, 9750], expected_ratio=[1, 1])
    for continuity, alternative in [(True, "two-sided"), (False, "greater"), (True, "less")]:
        case(f"ranks-sleep-{alternative}", "mann_whitney", mann_whitney, a=SLEEP[1], b=SLEEP[0], continuity=continuity, alternative=alternative)
    for i, v in {"lift": (4.2, 9, 700, 4.0, 8, 650, 0.0, 0.05), "correlated": (1.5, 2, 90, 1.1, 3, 90, 0.01, 0.1),
                 "noisy-control": (2.0, 9, 25, 0.6, 9, 25, 0.0, 0.05), "nothing-known": (0.2, 9, 25, 0.1, 9, 25, 0.0, 0.05)}.items():
        names = dict(zip(["mean_t", "var_t", "n_t", "mean_c", "var_c", "n_c", "cov_of_means", "alpha"], v))
        case(f"ratio-{i}", "ratio_of_means", lambda **kw: ratio_of_means(*kw.values()), **names)
    def units(n, rate):
        y = rng.poisson(4, n)
        return {"numerator": np.round(rng.gamma(2, rate / 2, n) * y, 3), "denominator": y}
    for i, alpha in [("sessions", 0.05), ("sessions-90", 0.1)]:
        case(f"ratio-metric-{i}", "ratio_metric_delta", ratio_metric, treatment=units(30, 1.2), control=units(26, 1.0), alpha=alpha)
    write("tests.json", 1e-9, 1e-12, cases)


def cuped_cases():
    cases = []
    for i, n, k, share in [("one", 36, 1, 0.5), ("two-unequal", 60, 2, 0.3)]:
        arm = (rng.random(n) < share).astype(int)
        x = [np.round(rng.normal(5, 2, n), 2) for _ in range(k)]
        y = np.round(1 + 0.4 * arm + 0.8 * x[0] + 0.3 * arm * x[-1] + rng.normal(0, 1, n), 2)
        cases.append((i, {"arm": arm, "y": y, "covariates": x, "alpha": 0.05}, cuped(arm, y, x, 0.05)))
    write("covariates.json", 1e-8, 1e-10, cases)


def quantile_cases():
    cases = []
    for i, p, alpha in [("p90", 0.9, 0.05), ("median", 0.5, 0.1)]:
        def arm(users, scale):
            sizes = 1 + rng.poisson(2, users)
            level = rng.normal(0, 0.4, users)
            user = np.repeat(np.arange(users), sizes)
            return {"user": user, "value": np.round(scale * np.exp(level[user] + rng.normal(0, 0.5, len(user))), 1)}
        c, t = arm(40, 200), arm(44, 215)
        cases.append((i, {"p": p, "alpha": alpha, "control": c, "treatment": t}, quantile(c, t, p, alpha)))
    write("order-statistics.json", 1e-8, 1e-10, cases)


def power_cases():
    cases = []
    sides = {"two-sided": 2, "larger": 1}
    for i, d, n1, r, alpha, alt in [("cohen", 0.5, 50, 1, 0.05, "two-sided"), ("unequal", 0.35, 40, 2.5, 0.01, "larger")]:
        expected = TTestIndPower().power(d, n1, alpha, r, alternative=alt)
        cases.append((f"power-{i}", {"kind": "power", "d": d, "n1": n1, "ratio": r, "alpha": alpha, "alternative": alt}, {"power": expected}))
    for i, d, power, r, alpha, alt in [("medium", 0.4, 0.9, 1, 0.05, "two-sided"), ("unequal", 0.3, 0.8, 3, 0.05, "larger")]:
        n = optimize.brentq(lambda v: t_power(d, v, r * v, alpha, sides[alt]) - power, 5, 1200, xtol=1e-10)
        n1 = math.ceil(n)
        n2 = math.ceil(r * n1)
        cases.append((f"n-{i}", {"kind": "n", "d": d, "power": power, "ratio": r, "alpha": alpha, "alternative": alt},
                      {"n1_fractional": n, "n1": n1, "n2": n2, "achieved_power": t_power(d, n1, n2, alpha, sides[alt])}))
    for i, n1, power, r, alpha, alt in [("a", 60, 0.8, 1, 0.05, "two-sided"), ("b", 200, 0.9, 0.5, 0.025, "larger")]:
        d = optimize.brentq(lambda v: t_power(v, n1, r * n1, alpha, sides[alt]) - power, 1e-3, 3, xtol=1e-14)
        cases.append((f"mde-{i}", {"kind": "mde", "n1": n1, "power": power, "ratio": r, "alpha": alpha, "alternative": alt}, {"d": d}))
    for m in ["unpooled", "pooled", "pooled_cc", "arcsine"]:
        v = {"method": m, "p1": 0.06, "p2": 0.075, "alpha": 0.05, "power": 0.85, "sided": 2, "ratio": 1.5}
        cases.append((f"size-{m}", {"kind": "n_superiority", **v}, proportion_n(*v.values())))
    for m in ["unpooled", "pooled", "arcsine"]:
        v = {"method": m, "p1": 0.31, "p2": 0.27, "alpha": 0.025, "n1": 900, "sided": 1, "ratio": 2}
        cases.append((f"power-{m}", {"kind": "power_superiority", **v}, proportion_power(*v.values())))
    for i, p1, p2, margin, r in [("equal", 0.6, 0.6, 0.05, 1), ("better", 0.62, 0.6, 0.04, 2)]:
        n = (z(0.025) + z(0.2)) ** 2 * (p1 * (1 - p1) + p2 * (1 - p2) / r) / (p1 - p2 + margin) ** 2
        cases.append((f"ni-{i}", {"kind": "n_noninferiority_proportion", "method": "unpooled", "p1": p1, "p2": p2, "margin": margin,
                      "alpha": 0.025, "power": 0.8, "sided": 1, "ratio": r},
                      {"n1_fractional": n, "n1": math.ceil(n), "n2": math.ceil(r * math.ceil(n))}))
    for i, delta, sd, margin, r in [("equal", 0, 3, 0.8, 1), ("worse", -0.1, 2, 0.9, 1.5)]:
        gap = delta + margin
        normal = (z(0.05) + z(0.1)) ** 2 * sd**2 * (1 + 1 / r) / gap**2
        t = optimize.brentq(lambda v: t_power(gap / sd, v, r * v, 0.05, 1) - 0.9, 5, 1200, xtol=1e-10)
        cases.append((f"ni-mean-{i}", {"kind": "n_noninferiority_mean", "delta": delta, "sd": sd, "margin": margin,
                      "alpha": 0.05, "power": 0.9, "sided": 1, "ratio": r},
                      {"normal_n1_fractional": normal, "normal_n1": math.ceil(normal), "normal_n2": math.ceil(r * math.ceil(normal)),
                       "t_n1_fractional": t, "t_n1": math.ceil(t), "t_n2": math.ceil(r * math.ceil(t))}))
    write("power.json", 1e-7, 1e-10, cases)


tests_fixed()
cuped_cases()
quantile_cases()
power_cases()
