#!/usr/bin/env bash
# One sweep as a SLURM array: every task does its part, all write to one shared folder.
#
#   sbatch --array=1-100 docs/scaling/slurm.sh results/big my-sweep.yaml
#   sbatch --dependency=afterany:JOBID docs/scaling/slurm.sh results/big my-sweep.yaml
#
# The second line, a job without --array, does what tasks that failed left undone and compacts.
# Make the environment once, before, where the network is: python3 run.py --version
#SBATCH --job-name=gfmd-sweep
#SBATCH --cpus-per-task=16
#SBATCH --mem-per-cpu=1G
#SBATCH --time=12:00:00
#SBATCH --requeue
set -euo pipefail
out=$1
shift
python=.venv/bin/python
[ -x "$python" ] || python=python3

# machine code is compiled once for all tasks of a node, not into a home that 100 tasks share
export NUMBA_CACHE_DIR="${NUMBA_CACHE_DIR:-${TMPDIR:-/tmp}/gfmd-sim-numba}"

part=()
if [ -n "${SLURM_ARRAY_TASK_ID:-}" ]; then
  part=(--chunk-range "$SLURM_ARRAY_TASK_ID/$SLURM_ARRAY_TASK_COUNT")
fi
exec "$python" run.py sweep "$@" --out "$out" --workers "${SLURM_CPUS_PER_TASK:-1}" --quiet \
  ${part[@]+"${part[@]}"}
