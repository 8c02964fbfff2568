// The device of Device.h, simulated on a CPU: the same names with the same meaning. A CUDA thread is a fiber (Blocks.cpp).
// This file is for the kernels; Simulator.h is for the driver.
//
// A simulator that is more lenient than the device hides mistakes. So shared memory begins as NaN, the target of an unfinished
// asynchronous copy is NaN, and the order of threads between two barriers can be reversed (REPRISE_SIMULATED_ORDER).
#pragma once

namespace simulated
{
    using Size = decltype(sizeof(0));

    struct Place
    {
        int thread, threads, block, block_y, blocks, blocks_y;
    };

    // The thread that runs. Kernels run under the driver's lock, so there is one at a time in the whole process.
    extern __attribute__((visibility("hidden"))) Place* here;

    struct Kernel
    {
        const char* name;
        Size bytes; // of its arguments
        void (*run)(const void* arguments);
        Kernel* next;

        Kernel(const char* name, Size bytes, void (*run)(const void*));
    };

    void block_sync();
    unsigned shuffle_xor(unsigned bits, int lanes);
    void multiply_tile(float* d, const unsigned* a, const unsigned* b);
    void give_way(bool always);
    bool arrives();
    void progress();
    void trap();

    char* dynamic_memory();
    void* shared_memory(const void* owner, Size bytes);
    void copy_async(void* shared, const void* global);
    void copy_async_commit();
    void copy_async_wait(int pending);
}

#define DEVICE static inline __attribute__((always_inline))
#define KERNEL(name, Arguments)                                                                           \
    static void name(const Arguments a);                                                                  \
    static simulated::Kernel simulated_##name(                                                            \
        #name, sizeof(Arguments), [](const void* arguments) { name(*(const Arguments*)arguments); });     \
    static void name(const Arguments a)

// Blocks of a cooperative launch live at once, so the memory belongs to the block; the address of a static identifies the array.
#define SHARED(type, name, count)                                                             \
    static char name##_owner;                                                                  \
    type(&name)[count] = *(type(*)[count])simulated::shared_memory(&name##_owner, sizeof(type) * (count))

// ---- Where a thread is

DEVICE int thread() { return simulated::here->thread; }
DEVICE int threads() { return simulated::here->threads; }
DEVICE int block() { return simulated::here->block; }
DEVICE int block_y() { return simulated::here->block_y; }
DEVICE int blocks() { return simulated::here->blocks; }
DEVICE int blocks_y() { return simulated::here->blocks_y; }

// ---- Together

DEVICE void block_sync() { simulated::block_sync(); }
DEVICE float shuffle_xor(float x, int lanes)
{
    return __builtin_bit_cast(float, simulated::shuffle_xor(__builtin_bit_cast(unsigned, x), lanes));
}
DEVICE int shuffle_xor(int x, int lanes) { return (int)simulated::shuffle_xor((unsigned)x, lanes); }
DEVICE char* shared_memory() { return simulated::dynamic_memory(); }

// One OS thread runs all fibers, so plain memory is coherent; `volatile` keeps the compiler from moving what the device would not.
DEVICE void add_release(unsigned* counter, unsigned value)
{
    if (simulated::arrives())
        *(volatile unsigned*)counter = *(volatile unsigned*)counter + value;
    simulated::progress();
}
DEVICE unsigned load_acquire(const unsigned* counter)
{
    simulated::give_way(false);
    return *(const volatile unsigned*)counter;
}
DEVICE void fence() { asm volatile("" ::: "memory"); }
DEVICE void relax() { simulated::give_way(true); }
constexpr unsigned most_looks = 1u << 14; // a read lets all other threads run: a step of the recurrence takes some hundred
DEVICE void trap() { simulated::trap(); }

// ---- Memory

DEVICE void copy_async(void* shared, const void* global) { simulated::copy_async(shared, global); }
DEVICE void copy_async_commit() { simulated::copy_async_commit(); }
template <int pending> DEVICE void copy_async_wait() { simulated::copy_async_wait(pending); }

// ---- Arithmetic

DEVICE float exp2_approximate(float x) { return __builtin_exp2f(x); }
DEVICE float log2_approximate(float x) { return __builtin_log2f(x); }
DEVICE float square_root(float x) { return __builtin_sqrtf(x); }
DEVICE double square_root(double x) { return __builtin_sqrt(x); }
DEVICE float nearest(float x) { return __builtin_nearbyintf(x); }
DEVICE float fused(float x, float y, float z) { return __builtin_fmaf(x, y, z); }

DEVICE unsigned simulated_bf16(float x)
{
    const unsigned bits = __builtin_bit_cast(unsigned, x);
    return x != x ? 0x7fff : (bits + 0x7fff + (bits >> 16 & 1)) >> 16; // cvt.rn.bf16x2 has one NaN
}
DEVICE unsigned pack_bf16(float low, float high) { return simulated_bf16(high) << 16 | simulated_bf16(low); }

DEVICE void multiply_tile(float (&d)[4], const unsigned (&a)[4], const unsigned (&b)[2]) { simulated::multiply_tile(d, a, b); }
