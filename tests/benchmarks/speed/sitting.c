/* One sitting in C: what somebody who knows the machine would write by hand.
 *
 * The same talk, opinions and trust as gfmd_sim/talk, gfmd_sim/opinion and gfmd_sim/trust.py, with
 * all mechanisms of the flagship scenario on, on the same luck: bit-identical (compile with
 * -ffp-contract=off). What only the published limits need (pairs by similarity, a limited memory, a
 * confidence bound, W given, the fixed point) is left out; the caller sees to it that it is off.
 *
 * Written for speed: all scratch in one block that stays in the first-level cache, a table's seats
 * side by side in lanes of eight, luck drawn for sixteen counters at once, what a seat may say
 * kept as running sums.
 */
#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define LANES 16
#define RANK_NOISE 0.5
#define ROUNDING 1e-12
#define SILENCE (-1)
#define MAX_LOGGED_SEATS 64

typedef struct {
    int32_t n_tables, n_accounts, n_solutions, n_delegates;
    const int32_t *seat, *start; /* (n_seats,), (n_tables + 1,) */
    double *support;             /* (n_delegates, n_solutions) */
    const double *anchor;        /* (n_delegates, n_solutions) */
    uint8_t *knows, *learned;    /* (n_delegates, n_accounts) */
    const double *voiced;        /* (n_accounts,) */
    const int32_t *link_start, *link_solution;
    const int8_t *link_sign;
    const double *status, *susceptibility;
    const uint32_t *language;
    double *trust;      /* (n_delegates, n_delegates) */
    uint16_t *meetings; /* (n_delegates, n_delegates) */
    const uint32_t *key, *person;
    uint32_t rank_word, speaker_word, argument_word, learning_word;
    int32_t n_turns, repetitions, self_in_mean, repeats_add_less;
    double talk_ratio, facilitation, own_side, learning, biased_processing, p_understood;
    double table_pull, argument_weight, prior_weight, talk_weight, trust_weight;
    double gain, decay, attention;
    int32_t *speaker, *argument, *n_learners; /* (n_tables, n_turns) */
    uint64_t *learners;                       /* (n_tables, n_turns) */
} sitting;

/* ---- luck: Philox4x32-10, sixteen counters at once ------------------------------------------ */

static void philox_lanes(const uint32_t *c0, const uint32_t *c1, uint32_t c2, uint32_t c3,
                         uint32_t k0, uint32_t k1, uint32_t out[4][LANES]) {
    uint32_t x0[LANES], x1[LANES], x2[LANES], x3[LANES];
    for (int l = 0; l < LANES; l++) x0[l] = c0[l], x1[l] = c1[l], x2[l] = c2, x3[l] = c3;
#pragma GCC unroll 10
    for (int round = 0; round < 10; round++) {
        for (int l = 0; l < LANES; l++) {
            uint64_t p0 = 0xD2511F53ull * x0[l], p1 = 0xCD9E8D57ull * x2[l];
            uint32_t y0 = (uint32_t)(p1 >> 32) ^ x1[l] ^ k0, y2 = (uint32_t)(p0 >> 32) ^ x3[l] ^ k1;
            x1[l] = (uint32_t)p1, x3[l] = (uint32_t)p0, x0[l] = y0, x2[l] = y2;
        }
        k0 += 0x9E3779B9u, k1 += 0xBB67AE85u;
    }
    for (int l = 0; l < LANES; l++)
        out[0][l] = x0[l], out[1][l] = x1[l], out[2][l] = x2[l], out[3][l] = x3[l];
}

/* Uniforms of events 0 .. n_events - 1 of each seat's person: out is (n, stride), stride >= n_events
 * rounded up to four. */
static void uniforms(const sitting *s, const int32_t *member, int n, uint32_t word, int n_events,
                     double *out, int stride) {
    int n_blocks = (n_events + 3) / 4, total = n * n_blocks;
    uint32_t block[LANES], who[LANES], words[4][LANES];
    int seat_of[LANES];
    for (int first = 0, i = 0, b = 0; first < total; first += LANES) {
        for (int l = 0; l < LANES; l++) { /* lanes past the end repeat the last seat, unused */
            block[l] = b, who[l] = s->person[member[i]], seat_of[l] = i;
            if (++b == n_blocks && i + 1 < n) b = 0, i++;
        }
        philox_lanes(block, who, word, s->key[2], s->key[0], s->key[1], words);
        for (int l = 0; l < LANES && first + l < total; l++) {
            double *to = out + (size_t)seat_of[l] * stride + 4 * block[l];
            for (int w = 0; w < 4; w++) to[w] = ((double)words[w][l] + 0.5) * 0x1p-32;
        }
    }
}

/* ---- the floor ------------------------------------------------------------------------------- */

static void floor_shares(const sitting *s, const int32_t *member, int n, const double *luck,
                         int stride, double *standing, int *order, double *wait) {
    for (int i = 0; i < n; i++) {
        int place = i;
        standing[i] = s->status[member[i]] - RANK_NOISE * log(-log(luck[(size_t)i * stride]));
        for (; place > 0 && standing[order[place - 1]] < standing[i]; place--)
            order[place] = order[place - 1];
        order[place] = i;
    }
    double total = 0.0, weight = 1.0;
    for (int place = 0; place < n; place++) {
        wait[order[place]] = weight;
        total += weight;
        weight *= s->talk_ratio;
    }
    for (int i = 0; i < n; i++)
        wait[i] = 1.0 / ((1.0 - s->facilitation) * wait[i] / total + s->facilitation / n);
}

static inline int first_to_speak(const double *wait, int n, const double *urge, int stride) {
    int likely = 0;
    double soonest = INFINITY, second = INFINITY;
    for (int i = 0; i < n; i++) { /* the first terms of -log(1 - x): no logarithm is needed */
        const double x = 1.0 - urge[(size_t)i * stride];
        const double bound = x * (1.0 + x * (1.0 / 2 + x * (1.0 / 3 + x / 4))) * wait[i];
        const double later = bound < soonest ? soonest : bound;
        if (later < second) second = later;
        if (bound < soonest) likely = i, soonest = bound;
    }
    const double u = urge[(size_t)likely * stride], x = 1.0 - u;
    if (soonest + x * x * x * x * x / (5.0 * u) * wait[likely] < second * (1.0 - ROUNDING))
        return likely;
    double least = INFINITY;
    for (int i = 0; i < n; i++) { /* two are too close */
        const double clock = -log(urge[(size_t)i * stride]) * wait[i];
        if (clock < least) likely = i, least = clock;
    }
    return likely;
}

/* ---- how accounts fit people ----------------------------------------------------------------- */

/* out (n_accounts, width) = exp(strength * sum_m v_am (2 x_m - 1)), seats side by side */
static void fit(const sitting *s, const int32_t *member, int n, int width, double strength,
                double *restrict liked, double *restrict out) {
    int M = s->n_solutions;
    double *restrict disliked = liked + (size_t)M * width;
    for (int m = 0; m < M; m++) {
        for (int i = 0; i < n; i++)
            liked[m * width + i] =
                exp(strength * (2.0 * s->support[(size_t)member[i] * M + m] - 1.0));
        for (int i = 0; i < width; i++) disliked[m * width + i] = 1.0 / liked[m * width + i];
    }
    for (int a = 0; a < s->n_accounts; a++) {
        double *restrict row = out + (size_t)a * width;
        const int begin = s->link_start[a], end = s->link_start[a + 1];
        if (begin == end) {
            for (int i = 0; i < width; i++) row[i] = 1.0;
            continue;
        }
        const double *restrict part =
            (s->link_sign[begin] > 0 ? liked : disliked) + s->link_solution[begin] * width;
        for (int i = 0; i < width; i++) row[i] = part[i];
        for (int k = begin + 1; k < end; k++) {
            const double *restrict by = liked + s->link_solution[k] * width;
            if (s->link_sign[k] > 0)
                for (int i = 0; i < width; i++) row[i] *= by[i];
            else
                for (int i = 0; i < width; i++) row[i] /= by[i];
        }
    }
}

/* ---- talk ------------------------------------------------------------------------------------ */

static int pick_account(const double *repertoire, int n_accounts, double luck) {
    if (n_accounts == 0 || repertoire[n_accounts - 1] <= 0.0) return SILENCE;
    const double target = luck * repertoire[n_accounts - 1];
    int account = 0;
    for (int a = 0; a < n_accounts; a++) account += repertoire[a] <= target;
    return account;
}

typedef struct {
    double *urge, *choice, *uptake; /* (n, stride) */
    double *liked, *own, *biased;   /* (2 n_solutions | n_accounts, width) */
    double *repertoire;             /* (n, n_accounts) running sums of weights */
    double *total, *wait, *standing;
    double *x, *f, *c, *moved;
    int32_t *taken; /* (n_accounts,) */
    int *order;
} scratch;

static void talk_at_table(const sitting *s, int t, const scratch *w, int stride) {
    const int32_t *member = s->seat + s->start[t];
    const int n = s->start[t + 1] - s->start[t], width = (n + 7) & ~7, A = s->n_accounts;
    const size_t row = (size_t)t * s->n_turns;
    uniforms(s, member, n, s->rank_word, 1, w->urge, stride);
    floor_shares(s, member, n, w->urge, stride, w->standing, w->order, w->wait);
    uniforms(s, member, n, s->speaker_word, s->n_turns, w->urge, stride);
    uniforms(s, member, n, s->argument_word, s->n_turns, w->choice, stride);
    uniforms(s, member, n, s->learning_word, s->n_turns, w->uptake, stride);
    fit(s, member, n, width, s->own_side, w->liked, w->own);
    const double *biased = w->own;
    if (s->biased_processing != s->own_side) {
        fit(s, member, n, width, s->biased_processing, w->liked, w->biased);
        biased = w->biased;
    }
    for (int i = 0; i < n; i += 2) { /* two seats at a time: neither sum waits for the other */
        const int j = i + 1 < n ? i + 1 : i;
        const uint8_t *mine = s->knows + (size_t)member[i] * A;
        const uint8_t *theirs = s->knows + (size_t)member[j] * A;
        double total = 0.0, other = 0.0;
        for (int a = 0; a < A; a++) {
            const double *own = w->own + (size_t)a * width;
            w->repertoire[(size_t)i * A + a] = total += s->voiced[a] * own[i] * mine[a];
            w->repertoire[(size_t)j * A + a] = other += s->voiced[a] * own[j] * theirs[a];
        }
    }
    for (int turn = 0; turn < s->n_turns; turn++) {
        const int speaker = first_to_speak(w->wait, n, w->urge + turn, stride);
        s->speaker[row + turn] = member[speaker];
        const int a = pick_account(w->repertoire + (size_t)speaker * A, A,
                                   w->choice[(size_t)speaker * stride + turn]);
        if (a == SILENCE) continue;
        s->argument[row + turn] = a;
        const uint32_t spoken = s->language[member[speaker]];
        for (int i = 0; i < n; i++) {
            const size_t cell = (size_t)member[i] * A + a;
            if (s->knows[cell]) continue; /* the speaker does, too */
            const double understood = (s->language[member[i]] & spoken) ? 1.0 : s->p_understood;
            double p = 2.0 * s->learning / (1.0 + 1.0 / biased[(size_t)a * width + i]);
            if (p > 1.0) p = 1.0;
            if (w->uptake[(size_t)i * stride + turn] < understood * p) {
                double *repertoire = w->repertoire + (size_t)i * A;
                const double weight = s->voiced[a] * w->own[(size_t)a * width + i];
                for (int b = a; b < A; b++) repertoire[b] += weight;
                s->knows[cell] = s->learned[cell] = 1;
                s->n_learners[row + turn]++;
                if (i < MAX_LOGGED_SEATS) s->learners[row + turn] |= (uint64_t)1 << i;
            }
        }
    }
}

/* ---- opinions -------------------------------------------------------------------------------- */

static double power(double base, double exponent) {
    return exponent == 1.0 ? base : exponent == 0.0 ? 1.0 : pow(base, exponent);
}

/* The argument channel of one person: f (n_solutions,); NaN where nothing is known. */
static void argued(const sitting *s, int person, double *restrict f, double *restrict weight,
                   int32_t *restrict taken) {
    const int M = s->n_solutions;
    const uint8_t *learned = s->learned + (size_t)person * s->n_accounts;
    for (int m = 0; m < M; m++) {
        weight[m] = s->prior_weight;
        f[m] = s->prior_weight * s->anchor[(size_t)person * M + m];
    }
    int n_learned = 0;
    for (int a = 0; a < s->n_accounts; a++) { /* no branch to guess wrong */
        taken[n_learned] = a;
        n_learned += learned[a];
    }
    for (int l = 0; l < n_learned; l++) {
        const int a = taken[l];
        for (int k = s->link_start[a]; k < s->link_start[a + 1]; k++) {
            weight[s->link_solution[k]] += 1.0;
            if (s->link_sign[k] > 0) f[s->link_solution[k]] += 1.0;
        }
    }
    for (int m = 0; m < M; m++) f[m] = weight[m] > 0.0 ? f[m] / weight[m] : NAN;
}

static void form_table(const sitting *s, int t, const scratch *w) {
    const int32_t *member = s->seat + s->start[t];
    const int n = s->start[t + 1] - s->start[t], M = s->n_solutions, N = s->n_delegates;
    double *x = w->x, *f = w->f, *c = w->c, *moved = w->moved;
    for (int i = 0; i < n; i++) {
        argued(s, member[i], f + i * M, w->total, w->taken); /* total has room for max(seats, solutions) */
        for (int m = 0; m < M; m++) {
            x[i * M + m] = s->support[(size_t)member[i] * M + m];
            if (isnan(f[i * M + m])) f[i * M + m] = x[i * M + m];
        }
    }
    for (int j = 0; j < n; j++) { /* W, row by row below */
        int turns = 0;
        for (int turn = 0; turn < s->n_turns; turn++)
            turns += s->speaker[(size_t)t * s->n_turns + turn] == member[j];
        const double floor = s->n_turns > 0 ? turns / (double)s->n_turns : 1.0;
        const double talk = power(floor, s->talk_weight);
        c[j * n + j] = talk;
        for (int i = 0; i < j; i++) { /* trust is alike both ways */
            const double trust = power(s->trust[(size_t)member[j] * N + member[i]], s->trust_weight);
            c[j * n + i] = c[i * n + i] * trust;
            c[i * n + j] = talk * trust;
        }
    }
    if (!s->self_in_mean)
        for (int i = 0; i < n; i++) c[i * n + i] = 0.0;
    for (int i = 0; i < n; i++) {
        double *row = c + i * n, total = 0.0;
        for (int j = 0; j < n; j++) total += row[j];
        if (total <= 0.0) {
            for (int j = 0; j < n; j++) row[j] = i == j;
        } else {
            for (int j = 0; j < n; j++) row[j] *= s->table_pull / total;
            row[i] += 1.0 - s->table_pull;
        }
    }
    for (int h = 0; h < s->repetitions; h++) {
        for (int i = 0; i < n; i++) {
            const double lam = s->susceptibility[member[i]];
            double *to = moved + i * M;
            for (int m = 0; m < M; m++) to[m] = 0.0;
            for (int j = 0; j < n; j++)
                for (int m = 0; m < M; m++) to[m] += c[i * n + j] * x[j * M + m];
            for (int m = 0; m < M; m++) {
                const double drawn = (1.0 - s->argument_weight) * to[m] +
                                     s->argument_weight * f[i * M + m];
                to[m] = lam * drawn + (1.0 - lam) * s->anchor[(size_t)member[i] * M + m];
            }
        }
        double *swap = x;
        x = moved, moved = swap;
    }
    for (int i = 0; i < n; i++)
        memcpy(s->support + (size_t)member[i] * M, x + i * M, M * sizeof *x);
}

/* ---- trust ----------------------------------------------------------------------------------- */

static void meet_table(const sitting *s, int t) {
    const int32_t *member = s->seat + s->start[t];
    const int n = s->start[t + 1] - s->start[t], N = s->n_delegates;
    if (n < 2) return;
    double talked = s->attention / (n - 1);
    if (talked > 1.0) talked = 1.0;
    const double rate = s->gain * talked + s->decay * (1.0 - talked);
    const double rest = rate > 0.0 ? s->gain * talked / rate : 0.0;
    const double once = exp(-rate * 1.0);
    for (int a = 0; a < n; a++)
        for (int b = a + 1; b < n; b++) {
            const size_t ij = (size_t)member[a] * N + member[b], ji = (size_t)member[b] * N + member[a];
            const int met = s->meetings[ij];
            double trust = s->trust[ij];
            if (rate > 0.0) {
                const double more = 1.0 + met;
                const double left =
                    met == 0 || !s->repeats_add_less ? once : exp(-rate * (1.0 / (more * more)));
                trust = rest + (trust - rest) * left;
            }
            s->trust[ij] = s->trust[ji] = trust;
            if (met < 65535) s->meetings[ij]++, s->meetings[ji]++;
        }
}

/* ---- a whole sitting; returns 0, or 1 where memory is short ------------------------------------ */

int hold_sitting(const sitting *s) {
    int largest = 1;
    for (int t = 0; t < s->n_tables; t++)
        if (s->start[t + 1] - s->start[t] > largest) largest = s->start[t + 1] - s->start[t];
    const int stride = (s->n_turns + 4) & ~3, width = (largest + 7) & ~7;
    const size_t A = s->n_accounts, M = s->n_solutions, n = largest;
    const size_t most = n > M ? n : M;
    const size_t doubles = 3 * n * stride + (2 * M + 2 * A) * width + n * A + most + 2 * n + 3 * n * M + n * n;
    double *d = calloc(doubles, sizeof *d);
    int32_t *i = malloc(A * sizeof *i + n * sizeof(int));
    if (!d || !i) return free(d), free(i), 1;
    scratch w;
    double *at = d;
    w.urge = at, at += n * stride, w.choice = at, at += n * stride, w.uptake = at, at += n * stride;
    w.liked = at, at += 2 * M * width, w.own = at, at += A * width, w.biased = at, at += A * width;
    w.repertoire = at, at += n * A, w.total = at, at += most, w.wait = at, at += n, w.standing = at, at += n;
    w.x = at, at += n * M, w.f = at, at += n * M, w.moved = at, at += n * M, w.c = at;
    w.taken = i, w.order = (int *)(i + A);
    for (size_t k = 0; k < (size_t)s->n_tables * s->n_turns; k++) {
        s->speaker[k] = s->argument[k] = SILENCE;
        s->n_learners[k] = 0, s->learners[k] = 0;
    }
    for (int t = 0; t < s->n_tables; t++) {
        talk_at_table(s, t, &w, stride);
        form_table(s, t, &w);
        meet_table(s, t);
    }
    free(d), free(i);
    return 0;
}
