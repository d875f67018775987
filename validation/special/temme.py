"""Coefficients of Temme's expansion of the incomplete gamma function. Run: python temme.py"""
from mpmath import bernoulli, mp, mpf
mp.dps=60
K, N = 10, 22
M = N + 2 * K + 6
al = [mpf(0)] * (M + 1)
al[1], al[2], al[3] = mpf(1), mpf(1) / 3, mpf(1) / 36
for n in range(4,M+1):
    al[n]=(al[n-1]-sum(j*al[j]*al[n-j+1] for j in range(2,n)))/(n+1)
c=[mpf(0)]*(2*K+2)
for k in range(1,K+1): c[2*k-1]=bernoulli(2*k)/(2*k*(2*k-1))
e=[mpf(1)]
for n in range(1,K+1): e.append(sum(j*c[j]*e[n-j] for j in range(1,n+1))/n)
d=[[ -mpf(1)/3 if n==0 else (n+2)*al[n+2] for n in range(M-2)]]
for k in range(1,K+1):
    prev=d[-1]
    d.append([(-1)**k*e[k]*d[0][n]+(n+2)*prev[n+2] for n in range(len(prev)-2)])
rows=[r[:max(22-2*k,6)] for k,r in enumerate(d[:10])]
for k, row in enumerate(rows):
    print(k, [float(x) for x in row])
