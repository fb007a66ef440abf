#!/usr/bin/env bash
# A Dask cluster by hand, and a sweep on it. The same version of the project must be importable on
# every machine. On 127.0.0.1 unless you say otherwise: whoever reaches the port can run code there,
# so listen on a network only where you trust everybody on it.
#
#   docs/scaling/dask.sh scheduler          on one machine; prints nothing, waits
#   docs/scaling/dask.sh workers 8          on every machine with cores to spare
#   python3 run.py sweep ... --out results/big --executor dask --scheduler tcp://127.0.0.1:8786
set -euo pipefail
host=${GFMD_SCHEDULER_HOST:-127.0.0.1}
port=${GFMD_SCHEDULER_PORT:-8786}
python=.venv/bin/python
[ -x "$python" ] || python=python3
export PYTHONPATH="$PWD${PYTHONPATH:+:$PYTHONPATH}"
export OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1 MKL_NUM_THREADS=1 NUMBA_NUM_THREADS=1
case "${1:-}" in
  scheduler)
    exec "$python" -m distributed.cli.dask_scheduler --host "$host" --port "$port" --no-dashboard
    ;;
  workers)
    exec "$python" -m distributed.cli.dask_worker "tcp://$host:$port" --nthreads 1 \
      --nworkers "${2:-1}" --no-dashboard
    ;;
  *)
    echo "say scheduler, or workers N" >&2
    exit 2
    ;;
esac
