// The simulator is frozen: it follows the kernels and the driver calls of the library; no feature is added that only it needs.
// The interfaces between the parts of the simulator.
#pragma once

#include "Simulated.h"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#define API(Result, name) extern "C" __attribute__((visibility("default"))) Result name

namespace simulated
{
    // ---- Blocks.cpp: kernels

    struct alignas(16) Sixteen
    {
        char bytes[16];
    };

    struct Launch
    {
        const Kernel* kernel;
        unsigned blocks, blocks_y, blocks_z;
        int threads;
        size_t sharedBytes;
        bool cooperative;
        std::vector<Sixteen> arguments; // as they were at the launch
    };

    const Kernel* find_kernel(const std::string& name);
    bool run(const Launch& launch); // returns true if it ended without a trap

    // Prints the fault, with the kernel and thread if one runs, and ends the process, as the caller could not continue on a device.
    [[noreturn]] __attribute__((format(printf, 1, 2))) void fail(const char* format, ...);

    // ---- Driver.cpp: memory, streams, settings

    std::string describe(uintptr_t address);                          // of device memory, in words
    bool in_one_allocation(uintptr_t address, size_t bytes);          // live, and wholly inside
    void must_be_live(const char* what, uintptr_t address, size_t bytes); // when an operation runs at last

    // Puts an operation at the end of a stream, or into the graph that the stream is captured into.
    int enqueue(void* stream, std::function<void()> operation);

    // The value of REPRISE_SIMULATED_<name>, or the last one of simulated_set(name, value):
    //   MEMORY           bytes of the device; 4 GiB
    //   CAPABILITY       80 for 8.0
    //   MULTIPROCESSORS  4
    //   EAGER            1: operations run at once, not late
    //   ORDER            of the threads between two barriers: "reverse", or a number that shuffles them
    //   FAIL             "cuMemAlloc_v2:3=2;…": the third call from here on returns 2
    //   LOSE             3: the third arrival at a counter (add_release) is lost, so that blocks wait without end
    //   IDLE             1: kernels and products do nothing, so that the host's own time can be measured
    std::string setting(const std::string& name);
    bool does_nothing();

    // The status after a kernel trapped: nothing runs any more, and every call that needs the context returns it. Otherwise 0.
    extern int broken;

    enum Needs
    {
        nothing = 0,
        initialised = 1,
        context = 2 | initialised,
        no_capture = 4 // it is forbidden while a stream is captured
    };

    // The beginning of every call: one at a time, counted, and failing where a test wants it to.
    class Call
    {
    public:
        Call(const char* function, int needs);
        int status;

    private:
        std::lock_guard<std::recursive_mutex> hold;
    };

    void* new_handle();

    // Handles are numbers that are never reused, so that an unknown or destroyed handle of any kind is detected.
    template <class T> class Handles
    {
    public:
        void* add(std::unique_ptr<T> item)
        {
            void* handle = new_handle();
            items[handle] = std::move(item);
            return handle;
        }
        T* find(const void* handle) const
        {
            auto found = items.find((void*)handle);
            return found == items.end() ? nullptr : found->second.get();
        }
        bool remove(const void* handle) { return items.erase((void*)handle) > 0; }
        void clear() { items.clear(); }

        std::map<void*, std::unique_ptr<T>> items; // in the order of their creation
    };
}

#define BEGIN(needs)                           \
    simulated::Call call(__func__, needs);     \
    if (call.status != 0)                      \
    return call.status
