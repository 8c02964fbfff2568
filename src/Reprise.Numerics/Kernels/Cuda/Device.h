// The part of a CUDA device that the kernels use, without NVIDIA's headers: clang alone compiles them to PTX (-x cuda
// --cuda-device-only -nocudainc -nocudalib). With REPRISE_SIMULATED the same names are those of the simulator in
// tests/CudaSimulator, which runs the same kernels on a CPU.
//
// Conventions. A kernel takes one struct, `a`. Blocks are one-dimensional, of whole warps. Names end in their shape as in
// docs/notation.md; strides count elements. Sums have one order, so that the same call gives the same bits.
#pragma once

typedef unsigned short bf16; // the upper half of a float

struct alignas(16) Vector4 { unsigned x, y, z, w; };

#ifdef REPRISE_SIMULATED
#include "Simulated.h"
#define KERNEL_OF(threads, name, Arguments) KERNEL(name, Arguments)
#else

#define DEVICE static inline __attribute__((device, always_inline))
#define KERNEL(name, Arguments) extern "C" __attribute__((global)) void name(const Arguments a)
// Blocks of at most `threads` threads.
#define KERNEL_OF(threads, name, Arguments) extern "C" __attribute__((global, launch_bounds(threads))) void name(const Arguments a)
#define SHARED(type, name, count) static __attribute__((shared)) type name[count]

// ---- Where a thread is

DEVICE int thread() { return __nvvm_read_ptx_sreg_tid_x(); }
DEVICE int threads() { return __nvvm_read_ptx_sreg_ntid_x(); }
DEVICE int block() { return __nvvm_read_ptx_sreg_ctaid_x(); }
DEVICE int block_y() { return __nvvm_read_ptx_sreg_ctaid_y(); }
DEVICE int blocks() { return __nvvm_read_ptx_sreg_nctaid_x(); }
DEVICE int blocks_y() { return __nvvm_read_ptx_sreg_nctaid_y(); }

// ---- Together

DEVICE void block_sync() { __syncthreads(); }
DEVICE float shuffle_xor(float x, int lanes) { return __nvvm_shfl_sync_bfly_f32(0xffffffff, x, lanes, 0x1f); }
DEVICE int shuffle_xor(int x, int lanes) { return __nvvm_shfl_sync_bfly_i32(0xffffffff, x, lanes, 0x1f); }

// The block's dynamic shared memory, aligned to 16 bytes.
extern "C" __attribute__((shared)) Vector4 dynamic_shared[];
DEVICE char* shared_memory() { return (char*)dynamic_shared; }

// A counter in device memory at which the blocks of a cooperative launch meet.
DEVICE void add_release(unsigned* counter, unsigned value)
{
    asm volatile("red.release.gpu.global.add.u32 [%0], %1;" ::"l"(counter), "r"(value) : "memory");
}
DEVICE unsigned load_acquire(const unsigned* counter)
{
    unsigned value;
    asm volatile("ld.acquire.gpu.global.u32 %0, [%1];" : "=r"(value) : "l"(counter) : "memory");
    return value;
}
DEVICE void fence() { asm volatile("fence.acq_rel.gpu;" ::: "memory"); }
DEVICE void relax() {} // in a loop that waits for another block

// The reads of a counter before a waiting block gives up. A read is a load past the first-level cache, half a microsecond or more,
// so this is some seconds. The blocks of a recurrence meet every few microseconds.
constexpr unsigned most_looks = 1u << 22;
DEVICE void trap() { asm volatile("trap;"); } // ends the launch and all other work of the GPU; the host gets an error

// ---- Memory

// 16 bytes to shared memory, past the first-level cache, which other multiprocessors' writes do not reach.
DEVICE void copy_async(void* shared, const void* global)
{
    unsigned address = (unsigned)(unsigned long long)(__attribute__((address_space(3))) void*)shared;
    asm volatile("cp.async.cg.shared.global [%0], [%1], 16;" ::"r"(address), "l"(global) : "memory");
}
DEVICE void copy_async_commit() { asm volatile("cp.async.commit_group;" ::: "memory"); }
// Waits for all but the last `pending` groups.
template <int pending> DEVICE void copy_async_wait() { asm volatile("cp.async.wait_group %0;" ::"n"(pending) : "memory"); }

// ---- Arithmetic

DEVICE float exp2_approximate(float x) { return __nvvm_ex2_approx_f(x); }
DEVICE float log2_approximate(float x) { return __nvvm_lg2_approx_f(x); }
DEVICE float square_root(float x) { return __nvvm_sqrt_rn_f(x); }
DEVICE double square_root(double x) { return __nvvm_sqrt_rn_d(x); }
DEVICE float nearest(float x)
{
    float y;
    asm("cvt.rni.f32.f32 %0, %1;" : "=f"(y) : "f"(x));
    return y;
}
DEVICE float fused(float x, float y, float z) { return __nvvm_fma_rn_f(x, y, z); }

// Two floats, rounded to the nearest bf16 (ties to even); `low` in the lower half.
DEVICE unsigned pack_bf16(float low, float high)
{
    unsigned packed;
    asm("cvt.rn.bf16x2.f32 %0, %1, %2;" : "=r"(packed) : "f"(high), "f"(low));
    return packed;
}

// d += a b of a whole warp, bf16 to float, 16 x 8 x 16: PTX ISA, "Matrix Fragments for mma.m16n8k16 with floating point type".
DEVICE void multiply_tile(float (&d)[4], const unsigned (&a)[4], const unsigned (&b)[2])
{
    asm volatile("mma.sync.aligned.m16n8k16.row.col.f32.bf16.bf16.f32 {%0, %1, %2, %3}, {%4, %5, %6, %7}, {%8, %9}, {%0, %1, %2, %3};"
                 : "+f"(d[0]), "+f"(d[1]), "+f"(d[2]), "+f"(d[3])
                 : "r"(a[0]), "r"(a[1]), "r"(a[2]), "r"(a[3]), "r"(b[0]), "r"(b[1]));
}

#endif

// ---- The same on a device and in the simulator

DEVICE float float_of(unsigned bits) { return __builtin_bit_cast(float, bits); }
DEVICE unsigned bits_of(float x) { return __builtin_bit_cast(unsigned, x); }
DEVICE float from_bf16(bf16 x) { return float_of((unsigned)x << 16); }
DEVICE float infinity() { return float_of(0x7f800000); }
DEVICE float absolute(float x) { return float_of(bits_of(x) & 0x7fffffff); }
DEVICE bool is_finite(double x) { return x - x == 0; }

// eˣ to about two units in the last place: 2ⁿ 2ᶠ with n whole and |f| <= 1/2.
DEVICE float exponential(float x)
{
    const float log2e = 1.44269502f, log2e_rest = 1.92596303e-8f;
    float n = nearest(x * log2e);
    n = n > 127 ? 127 : n < -150 ? -150 : n; // NaN fails both and stays
    float f = fused(x, log2e, -n) + x * log2e_rest;
    f = f > 1 ? 1 : f < -1 ? -1 : f;         // beyond the range of n
    return exp2_approximate(f) * exp2_approximate(n);
}
DEVICE float logarithm(float x) { return log2_approximate(x) * 0.693147181f; }
DEVICE float sigmoid(float x) { return 1 / (1 + exponential(-x)); }
DEVICE float tangent(float x) { return 2 * sigmoid(2 * x) - 1; } // hyperbolic; absolute error about 1e-7

// The same sum in every lane: a tree of fixed order.
DEVICE float warp_sum(float x)
{
    for (int lanes = 16; lanes > 0; lanes >>= 1)
        x += shuffle_xor(x, lanes);
    return x;
}
DEVICE float larger(float x, float y) { return x > y || x != x ? x : y; } // NaN wins
DEVICE float warp_maximum(float x)
{
    for (int lanes = 16; lanes > 0; lanes >>= 1)
        x = larger(x, shuffle_xor(x, lanes));
    return x;
}

// The same sum (or maximum) in every thread of a block of at most 1024. `room` is 32 floats of shared memory.
DEVICE float block_sum(float x, float* room)
{
    x = warp_sum(x);
    block_sync(); // all threads have read the previous contents of the room
    if (thread() % 32 == 0)
        room[thread() / 32] = x;
    block_sync();
    float sum = 0;
    for (int warp = 0; warp < threads() / 32; warp++)
        sum += room[warp];
    return sum;
}
DEVICE float block_maximum(float x, float* room)
{
    x = warp_maximum(x);
    block_sync();
    if (thread() % 32 == 0)
        room[thread() / 32] = x;
    block_sync();
    float maximum = room[0];
    for (int warp = 1; warp < threads() / 32; warp++)
        maximum = larger(maximum, room[warp]);
    return maximum;
}
