// The simulator's own tests: `Tests NAME` runs one, `Tests` all, one process each. Exit code 0 if it passes.
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <dlfcn.h>
#include <functional>
#include <map>
#include <string>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>
#include <vector>

typedef uint64_t Address;

extern "C"
{
    int cuInit(unsigned);
    int cuDeviceGetAttribute(int*, int, int);
    int cuDevicePrimaryCtxRetain(void**, int);
    int cuDevicePrimaryCtxRelease_v2(int);
    int cuCtxSetCurrent(void*);
    int cuCtxSynchronize();
    int cuModuleLoadData(void**, const void*);
    int cuModuleLoadDataEx(void**, const void*, unsigned, int*, void**);
    int cuModuleUnload(void*);
    int cuModuleGetFunction(void**, void*, const char*);
    int cuFuncSetAttribute(void*, int, int);
    int cuOccupancyMaxActiveBlocksPerMultiprocessor(int*, void*, int, size_t);
    int cuMemGetInfo_v2(size_t*, size_t*);
    int cuMemAlloc_v2(Address*, size_t);
    int cuMemFree_v2(Address);
    int cuMemHostAlloc(void**, size_t, unsigned);
    int cuMemFreeHost(void*);
    int cuMemcpyHtoDAsync_v2(Address, const void*, size_t, void*);
    int cuMemcpyDtoHAsync_v2(void*, Address, size_t, void*);
    int cuMemcpyDtoDAsync_v2(Address, Address, size_t, void*);
    int cuMemcpyHtoD_v2(Address, const void*, size_t);
    int cuMemcpyDtoH_v2(void*, Address, size_t);
    int cuMemsetD8Async(Address, unsigned char, size_t, void*);
    int cuMemsetD32Async(Address, unsigned, size_t, void*);
    int cuStreamCreate(void**, unsigned);
    int cuStreamDestroy_v2(void*);
    int cuStreamSynchronize(void*);
    int cuStreamBeginCapture_v2(void*, int);
    int cuStreamEndCapture(void*, void**);
    int cuGraphInstantiateWithFlags(void**, void*, unsigned long long);
    int cuGraphLaunch(void*, void*);
    int cuGraphExecDestroy(void*);
    int cuGraphDestroy(void*);
    int cuEventCreate(void**, unsigned);
    int cuEventRecord(void*, void*);
    int cuEventQuery(void*);
    int cuEventSynchronize(void*);
    int cuEventElapsedTime(float*, void*, void*);
    int cuEventDestroy_v2(void*);
    int cuLaunchKernel(void*, unsigned, unsigned, unsigned, unsigned, unsigned, unsigned, unsigned, void*, void**, void**);
    int cuLaunchCooperativeKernel(void*, unsigned, unsigned, unsigned, unsigned, unsigned, unsigned, unsigned, void*, void**);
    int cuGetErrorName(int, const char**);
    long long simulated_count(const char*);
    void simulated_set(const char*, const char*);

    int cublasLtCreate(void**);
    int cublasLtDestroy(void*);
    int cublasLtMatmulDescCreate(void**, int, int);
    int cublasLtMatmulDescSetAttribute(void*, int, const void*, size_t);
    int cublasLtMatrixLayoutCreate(void**, int, uint64_t, uint64_t, int64_t);
    int cublasLtMatmulPreferenceCreate(void**);
    int cublasLtMatmulPreferenceSetAttribute(void*, int, const void*, size_t);
    int cublasLtMatmulAlgoGetHeuristic(void*, void*, void*, void*, void*, void*, void*, int, void*, int*);
    int cublasLtMatmul(
        void*, void*, const void*, Address, void*, Address, void*, const void*,
        Address, void*, Address, void*, const void*, Address, size_t, void*);
}

#define CHECK(condition)                                                       \
    do                                                                         \
    {                                                                          \
        if (!(condition))                                                      \
        {                                                                      \
            fprintf(stderr, "%s:%d: false: %s\n", __FILE__, __LINE__, #condition); \
            exit(1);                                                           \
        }                                                                      \
    } while (false)
#define EXPECT(expected, call)                                                                         \
    do                                                                                                 \
    {                                                                                                  \
        const int status_ = (call);                                                                    \
        if (status_ != (expected))                                                                     \
        {                                                                                              \
            fprintf(stderr, "%s:%d: %s gave %d, not %d\n", __FILE__, __LINE__, #call, status_, (int)(expected)); \
            exit(1);                                                                                   \
        }                                                                                              \
    } while (false)
#define OK(call) EXPECT(0, call)

namespace
{
    void *contextOfAll, *module, *stream;

    const char* ptx = "//\n// by hand\n//\n\n.version 7.1\n.target sm_80\n.address_size 64\n"
                      ".visible .entry places(.param .align 8 .b8 places_param_0[8])\n{\n ret;\n}\n"
                      ".visible .entry sums(\n.param .align 8 .b8 sums_param_0[24]\n)\n.maxntid 512, 1, 1\n{\n ret;\n}\n"
                      ".visible .entry reverse(.param .align 8 .b8 reverse_param_0[32]){}\n.visible .entry tile(){}\n"
                      ".visible .entry rounds(){}\n.visible .entry staged(){}\n.visible .entry numbers(){}\n.visible .entry wrong(){}\n"
                      ".visible .entry unknown(){}\n.entry hidden(){}\n";

    void begin()
    {
        OK(cuInit(0));
        OK(cuDevicePrimaryCtxRetain(&contextOfAll, 0));
        OK(cuCtxSetCurrent(contextOfAll));
        OK(cuModuleLoadData(&module, ptx));
        OK(cuStreamCreate(&stream, 1));
    }

    void* function(const char* name)
    {
        void* found;
        OK(cuModuleGetFunction(&found, module, name));
        return found;
    }

    template <class T> Address device(const std::vector<T>& values)
    {
        Address address;
        OK(cuMemAlloc_v2(&address, values.size() * sizeof(T)));
        OK(cuMemcpyHtoD_v2(address, values.data(), values.size() * sizeof(T)));
        return address;
    }

    template <class T> std::vector<T> host(Address address, size_t count)
    {
        std::vector<T> values(count);
        OK(cuCtxSynchronize());
        OK(cuMemcpyDtoH_v2(values.data(), address, count * sizeof(T)));
        return values;
    }

    template <class Arguments> int launch(
        const char* name, unsigned blocks, unsigned threads, unsigned sharedBytes, Arguments arguments, unsigned blocksY = 1)
    {
        void* parameters[] = {&arguments};
        const int status = cuLaunchKernel(function(name), blocks, blocksY, 1, threads, 1, 1, sharedBytes, stream, parameters, nullptr);
        memset((void*)&arguments, 0xee, sizeof arguments); // they were copied
        return status;
    }

    template <class Arguments> int launch_together(
        const char* name, unsigned blocks, unsigned threads, unsigned sharedBytes, Arguments arguments)
    {
        void* parameters[] = {&arguments};
        return cuLaunchCooperativeKernel(function(name), blocks, 1, 1, threads, 1, 1, sharedBytes, stream, parameters);
    }

    float numbered(int i) { return (float)((i * 7919) % 1009) / 64 - 7; }

    std::vector<float> some(int count)
    {
        std::vector<float> values(count);
        for (int i = 0; i < count; i++)
            values[i] = numbered(i);
        return values;
    }

    uint16_t bf16_of(float x)
    {
        uint32_t bits;
        memcpy(&bits, &x, 4);
        return (uint16_t)((bits + 0x7fff + (bits >> 16 & 1)) >> 16);
    }
    float float_of(uint16_t x)
    {
        const uint32_t bits = (uint32_t)x << 16;
        float value;
        memcpy(&value, &bits, 4);
        return value;
    }

    // Code that ends the process, and its last words.
    void dies(const char* words, const std::function<void()>& action)
    {
        int ends[2];
        CHECK(pipe(ends) == 0);
        const pid_t child = fork();
        if (child == 0)
        {
            dup2(ends[1], 2);
            action();
            _exit(0);
        }
        close(ends[1]);
        std::string said;
        char buffer[4096];
        for (ssize_t n; (n = read(ends[0], buffer, sizeof buffer)) > 0;)
            said.append(buffer, n);
        close(ends[0]);
        int status;
        waitpid(child, &status, 0);
        if (!WIFSIGNALED(status) || WTERMSIG(status) != SIGABRT || said.find(words) == std::string::npos)
        {
            fprintf(stderr, "status %x; expected \"%s\", found: %s\n", status, words, said.c_str());
            exit(1);
        }
    }

    struct Places { Address places; };
    struct Sums { Address sums, maxima, x; };
    struct Reverse { Address y, x; int live, sync, beyond; };
    struct Tile { Address d, a, b; };
    struct Rounds { Address counter, values; int rounds, late; };
    struct Staged { Address y, x; int wait, shift; };
    struct Numbers { Address y, packed, x; int n; };
    struct Wrong { Address y; int what; };

    // ---- The device side

    void threads_know_their_places()
    {
        begin();
        Address places = device(std::vector<int>(6 * 64 * 3 * 2));
        OK(launch("places", 3, 64, 0, Places{places}, 2));
        const std::vector<int> read = host<int>(places, 6 * 64 * 3 * 2);
        for (int i = 0; i < 64 * 3 * 2; i++)
        {
            const int expected[] = {i % 64, 64, i / 64 % 3, 3, i / 64 / 3, 2};
            CHECK(memcmp(&read[6 * i], expected, sizeof expected) == 0);
        }
    }

    void sums_of_blocks_are_the_same_in_every_order_of_threads()
    {
        begin();
        const std::vector<float> x = some(3 * 512);
        std::vector<float> first;
        for (const char* order : {"", "reverse", "1", "2"})
        {
            simulated_set("ORDER", order);
            Address sums = device(std::vector<float>(3 * 512)), maxima = device(std::vector<float>(3 * 512));
            OK(launch("sums", 3, 512, 0, Sums{sums, maxima, device(x)}));
            const std::vector<float> s = host<float>(sums, 3 * 512), m = host<float>(maxima, 3 * 512);
            for (int block = 0; block < 3; block++)
            {
                double sum = 0;
                float maximum = -1e9f;
                for (int i = 0; i < 512; i++)
                    sum += x[block * 512 + i], maximum = std::max(maximum, x[block * 512 + i]);
                for (int i = 0; i < 512; i++)
                    CHECK(std::fabs(s[block * 512 + i] - sum) < 1e-3 && s[block * 512 + i] == s[block * 512]
                          && m[block * 512 + i] == maximum);
            }
            CHECK(first.empty() || first == s);
            first = s;
        }
    }

    void a_barrier_is_for_the_threads_that_have_not_returned()
    {
        begin();
        const std::vector<float> x = some(128);
        Address y = device(std::vector<float>(128)), in = device(x);
        OK(launch("reverse", 1, 128, 100 * 4, Reverse{y, in, 100, 1, 0}));
        const std::vector<float> read = host<float>(y, 128);
        for (int i = 0; i < 128; i++)
            CHECK(read[i] == (i < 100 ? x[99 - i] : 0));
    }

    void a_missing_barrier_shows_as_nan()
    {
        begin();
        for (const char* order : {"", "reverse"})
        {
            simulated_set("ORDER", order);
            Address y = device(std::vector<float>(128));
            OK(launch("reverse", 1, 128, 512, Reverse{y, device(some(128)), 128, 0, 0}));
            const std::vector<float> read = host<float>(y, 128);
            CHECK(std::isnan(read[*order ? 127 : 0]));
        }
    }

    void a_tile_is_multiplied_as_the_ptx_isa_says()
    {
        begin();
        std::vector<uint16_t> a(256), b(128);
        std::vector<float> d(128), expected(128);
        for (int i = 0; i < 256; i++)
            a[i] = bf16_of(numbered(i));
        for (int i = 0; i < 128; i++)
            b[i] = bf16_of(numbered(i + 500)), d[i] = numbered(i + 100);
        for (int row = 0; row < 16; row++)
        {
            for (int n = 0; n < 8; n++)
            {
                float sum = d[row * 8 + n];
                for (int k = 0; k < 16; k++)
                {
                    const float product = float_of(a[row * 16 + k]) * float_of(b[n * 16 + k]);
                    sum += product;
                }
                expected[row * 8 + n] = sum;
            }
        }
        Address d_ = device(d);
        OK(launch("tile", 1, 32, 0, Tile{d_, device(a), device(b)}));
        CHECK(host<float>(d_, 128) == expected);
    }

    void blocks_of_a_cooperative_launch_meet()
    {
        begin();
        for (const char* order : {"", "reverse", "7"})
        {
            simulated_set("ORDER", order);
            constexpr int blocks = 8, rounds = 5;
            Address counter = device(std::vector<unsigned>{0}), values = device(std::vector<unsigned>(blocks * (rounds + 1), 1));
            OK(launch_together("rounds", blocks, 64, 0, Rounds{counter, values, rounds, 0}));
            const std::vector<unsigned> read = host<unsigned>(values, blocks * (rounds + 1));
            unsigned expected = blocks;
            for (int round = 1; round <= rounds; round++)
            {
                for (int i = 0; i < blocks; i++)
                    CHECK(read[round * blocks + i] == expected + i);
                expected = blocks * expected + blocks * (blocks - 1) / 2;
            }
        }
    }

    void asynchronous_copies_come_when_they_are_waited_for()
    {
        begin();
        const std::vector<float> x = some(2 * 4 * 64);
        for (int wait = 0; wait < 3; wait++)
        {
            Address y = device(std::vector<float>(x.size()));
            OK(launch("staged", 1, 64, 2 * 64 * 16, Staged{y, device(x), wait, 0}));
            const std::vector<float> read = host<float>(y, x.size());
            for (size_t i = 0; i < x.size(); i++)
            {
                const bool first = i < x.size() / 2;
                CHECK(wait == 0 || (wait == 1 && first) ? read[i] == x[i] : std::isnan(read[i]));
            }
        }
        dies("copy_async from", [&] {
            launch("staged", 1, 64, 2 * 64 * 16, Staged{device(x), device(x), 0, 1});
            cuCtxSynchronize();
        });
        dies("which is not in the block's shared memory", [&] {
            launch("staged", 1, 64, 64 * 16, Staged{device(x), device(x), 0, 0});
            cuCtxSynchronize();
        });
    }

    void numbers_are_those_of_the_device()
    {
        begin();
        std::vector<float> x = {
            0, -0.0f, 1, 1.00390625f, 1.01171875f, 0.3f, 5.5f, 6.5f, 88, 100, -100, 1e-40f, 3.3e38f, INFINITY, -INFINITY, NAN, -2.5f};
        const int n = (int)x.size();
        Address y = device(std::vector<float>(8 * n)), packed = device(std::vector<unsigned>(n));
        OK(launch("numbers", 1, 32, 0, Numbers{y, packed, device(x), n}));
        const std::vector<float> read = host<float>(y, 8 * n);
        const std::vector<unsigned> bits = host<unsigned>(packed, n);
        for (int i = 0; i < n; i++)
        {
            auto near = [&](int row, double expected) {
                const float value = read[row * n + i];
                return std::isnan(expected)            ? std::isnan(value)
                       : std::isinf((float)expected) ? value == (float)expected
                                                     : std::fabs(value - expected) <= 1e-6 * std::fabs(expected) + 1e-6;
            };
            CHECK(near(0, std::exp((double)x[i])));
            CHECK(near(1, std::log((double)x[i])));
            CHECK(near(2, 1 / (1 + std::exp(-(double)x[i]))));
            CHECK(near(3, std::tanh((double)x[i])));
            CHECK(near(4, std::sqrt((double)x[i])));
            CHECK(near(5, std::nearbyint((double)x[i])));
            CHECK(std::isnan(x[i]) ? bits[i] == 0x7fff7fff : bits[i] == ((unsigned)bf16_of(-x[i]) << 16 | bf16_of(x[i])));
        }
        CHECK((bits[3] & 0xffff) == 0x3f80 && (bits[4] & 0xffff) == 0x3f82); // ties to even
    }

    void mistakes_of_kernels_end_the_process_with_a_word()
    {
        begin();
        Address y = device(std::vector<float>(64));
        auto wrong = [&](const char* words, int what) {
            dies(words, [&] {
                launch("wrong", 2, 64, 0, Wrong{y, what});
                cuCtxSynchronize();
                cuMemFree_v2(y);
            });
        };
        wrong("kernel wrong, block (0, 0) of (2, 1), thread 0 of 64: no thread can run", 0);
        wrong("a thread returns while lanes of its warp wait", 1);
        simulated_set("ORDER", "reverse");
        wrong("16 lanes of the warp have returned and cannot take part", 1);
        simulated_set("ORDER", "");
        wrong("wrote behind a SHARED array", 2);
        wrong("behind the end of an allocation of 256 bytes", 3);
        wrong("are at a shuffle_xor and at a multiply_tile", 5);
        Address odd;
        OK(cuMemAlloc_v2(&odd, 255));
        dies("wrote beside an allocation of 255 bytes, at byte 255", [&] {
            launch("wrong", 1, 32, 0, Wrong{odd - 4, 4});
            cuCtxSynchronize();
            cuMemFree_v2(odd);
        });
        dies("wrote behind the dynamic shared memory of 256 bytes, at byte 256", [&] {
            launch("reverse", 1, 64, 256, Reverse{y, y, 64, 1, 1});
            cuCtxSynchronize();
        });
        dies("threads wait for each other without end", [&] {
            Address counter = device(std::vector<unsigned>{0}), values = device(std::vector<unsigned>(8));
            launch_together("rounds", 4, 32, 0, Rounds{counter, values, 1, 1});
            cuCtxSynchronize();
        });
    }

    // ---- The driver

    void operations_run_as_late_as_they_may()
    {
        begin();
        void *pinned, *event;
        OK(cuMemHostAlloc(&pinned, 64 * 4, 0));
        float* x = (float*)pinned;
        Address y = device(std::vector<float>(64)), device_ = device(std::vector<float>(64));
        OK(cuEventCreate(&event, 2));
        OK(cuEventQuery(event)); // not recorded yet
        for (int i = 0; i < 64; i++)
            x[i] = 1;
        OK(cuMemcpyHtoDAsync_v2(device_, x, 64 * 4, stream));
        OK(launch("reverse", 1, 64, 64 * 4, Reverse{y, device_, 64, 1, 0}));
        x[0] = 2; // too early, which the check detects
        OK(cuEventRecord(event, stream));
        CHECK(simulated_count("kernel:reverse") == 0);
        std::vector<float> read(64);
        OK(cuMemcpyDtoH_v2(read.data(), y, 64 * 4)); // does not wait for a non-blocking stream
        CHECK(read[63] == 0);
        EXPECT(600, cuEventQuery(event));
        CHECK(simulated_count("kernel:reverse") == 0);
        OK(cuEventQuery(event));
        CHECK(simulated_count("kernel:reverse") == 1);
        OK(cuMemcpyDtoH_v2(read.data(), y, 64 * 4));
        CHECK(read[63] == 2 && read[0] == 1);

        OK(cuMemcpyDtoHAsync_v2(pinned, y, 64 * 4, stream));
        CHECK(std::isnan(x[5]));
        OK(cuStreamSynchronize(stream));
        CHECK(x[5] == 1);
        OK(cuMemcpyDtoHAsync_v2(read.data(), device_, 64 * 4, stream)); // pageable: there when the call returns
        CHECK(read[0] == 2);

        simulated_set("EAGER", "1");
        OK(launch("reverse", 1, 64, 64 * 4, Reverse{y, device_, 64, 1, 0}));
        CHECK(simulated_count("kernel:reverse") == 2);
        OK(cuMemFreeHost(pinned));
        OK(cuEventDestroy_v2(event));
        EXPECT(400, cuEventQuery(event));
    }

    void events_measure_time()
    {
        begin();
        void *start, *end, *untimed;
        OK(cuEventCreate(&start, 0));
        OK(cuEventCreate(&end, 0));
        OK(cuEventCreate(&untimed, 2));
        float milliseconds = -1;
        EXPECT(400, cuEventElapsedTime(&milliseconds, start, end));
        OK(cuEventRecord(start, stream));
        OK(cuEventRecord(end, stream));
        OK(cuEventRecord(untimed, stream));
        EXPECT(600, cuEventElapsedTime(&milliseconds, start, end));
        OK(cuEventSynchronize(end));
        OK(cuEventElapsedTime(&milliseconds, start, end));
        CHECK(milliseconds >= 0);
        EXPECT(400, cuEventElapsedTime(&milliseconds, start, untimed));
    }

    void graphs_replay_what_was_captured()
    {
        begin();
        Address x = device(some(64)), y = device(std::vector<float>(64));
        void *graph, *executable;
        OK(cuStreamBeginCapture_v2(stream, 0));
        EXPECT(401, cuStreamBeginCapture_v2(stream, 0));
        OK(launch("reverse", 1, 64, 256, Reverse{y, x, 64, 1, 0}));
        OK(cuMemcpyDtoDAsync_v2(x, y, 256, stream));
        OK(cuStreamEndCapture(stream, &graph));
        OK(cuGraphInstantiateWithFlags(&executable, graph, 0));
        OK(cuGraphDestroy(graph));
        OK(cuCtxSynchronize());
        CHECK(simulated_count("kernel:reverse") == 0);
        for (int i = 0; i < 3; i++)
            OK(cuGraphLaunch(executable, stream));
        const std::vector<float> read = host<float>(x, 64), before = some(64);
        CHECK(simulated_count("kernel:reverse") == 3 && simulated_count("cuGraphLaunch") == 3);
        for (int i = 0; i < 64; i++)
            CHECK(read[i] == before[63 - i]);

        Address more;
        for (int forbidden = 0; forbidden < 3; forbidden++)
        {
            OK(cuStreamBeginCapture_v2(stream, 0));
            EXPECT(900, forbidden == 0 ? cuStreamSynchronize(stream) : forbidden == 1 ? cuMemAlloc_v2(&more, 8) : cuCtxSynchronize());
            EXPECT(901, launch("reverse", 1, 64, 256, Reverse{y, x, 64, 1, 0}));
            EXPECT(901, cuStreamEndCapture(stream, &graph));
            CHECK(graph == nullptr);
        }
        EXPECT(401, cuStreamEndCapture(stream, &graph));
        EXPECT(900, cuStreamBeginCapture_v2(nullptr, 0));
        OK(cuStreamBeginCapture_v2(stream, 2)); // relaxed
        OK(cuMemAlloc_v2(&more, 8));
        OK(cuStreamEndCapture(stream, &graph));

        OK(cuMemFree_v2(y));
        dies("freed", [&] { cuGraphLaunch(executable, stream), cuCtxSynchronize(); });
        OK(cuGraphExecDestroy(executable));
        EXPECT(400, cuGraphLaunch(executable, stream));
    }

    void launches_are_checked()
    {
        begin();
        Address x = device(some(64)), y = device(std::vector<float>(64));
        const Reverse arguments = {y, x, 32, 1, 0};
        EXPECT(1, launch("reverse", 0, 64, 256, arguments));
        EXPECT(1, launch("reverse", 1, 0, 256, arguments));
        EXPECT(1, launch("reverse", 1, 33, 256, arguments));
        EXPECT(1, launch("reverse", 1, 1056, 256, arguments));
        EXPECT(1, launch("reverse", 1, 64, 256, arguments, 65536));
        EXPECT(1, launch("reverse", 0x80000000u, 64, 256, arguments));
        EXPECT(1, launch("sums", 1, 544, 0, Sums{y, y, x})); // .maxntid
        EXPECT(1, launch("reverse", 1, 64, 49153, arguments));
        void *raised = function("reverse"), *parameters[] = {(void*)&arguments};
        EXPECT(1, cuFuncSetAttribute(raised, 8, 232449));
        OK(cuFuncSetAttribute(raised, 8, 232448));
        OK(cuLaunchKernel(raised, 1, 1, 1, 64, 1, 1, 232448, stream, parameters, nullptr));
        EXPECT(1, cuLaunchKernel(raised, 1, 1, 1, 64, 2, 1, 0, stream, parameters, nullptr));
        int blocks;
        OK(cuOccupancyMaxActiveBlocksPerMultiprocessor(&blocks, raised, 512, 100000));
        CHECK(blocks == 2);
        OK(cuOccupancyMaxActiveBlocksPerMultiprocessor(&blocks, raised, 512, 0));
        CHECK(blocks == 4);
        EXPECT(720, launch_together("reverse", 4 * 2048 / 64 + 1, 64, 128, arguments));
        EXPECT(400, cuLaunchKernel((void*)0x1234, 1, 1, 1, 64, 1, 1, 0, stream, parameters, nullptr));
        EXPECT(400, cuLaunchKernel(raised, 1, 1, 1, 64, 1, 1, 0, (void*)0x1234, parameters, nullptr));
        OK(cuCtxSynchronize());
        OK(cuModuleUnload(module));
        EXPECT(400, cuLaunchKernel(raised, 1, 1, 1, 64, 1, 1, 0, stream, parameters, nullptr));
    }

    void modules_are_ptx()
    {
        begin();
        void* found;
        EXPECT(500, cuModuleGetFunction(&found, module, "absent"));
        EXPECT(500, cuModuleGetFunction(&found, module, "hidden"));
        EXPECT(500, cuModuleGetFunction(&found, module, "unknown")); // to the simulator
        EXPECT(218, cuModuleLoadData(&found, "int main() {}"));
        EXPECT(222, cuModuleLoadData(&found, ".version 9.0\n.target sm_80\n"));
        EXPECT(209, cuModuleLoadData(&found, ".version 7.8\n.target sm_90\n"));
        simulated_set("CAPABILITY", "90");
        OK(cuModuleLoadData(&found, ".version 7.8\n.target sm_90\n"));
        int major;
        OK(cuDeviceGetAttribute(&major, 75, 0));
        CHECK(major == 9);
        char log[100] = "?";
        int names[] = {6, 5};
        void* values[] = {(void*)sizeof log, log};
        EXPECT(218, cuModuleLoadDataEx(&found, "nothing", 2, names, values));
        CHECK(strlen(log) > 10 && (size_t)values[0] == strlen(log));
        OK(cuModuleLoadData(&found, ".version 7.8\n.target sm_80\n.visible .entry tile(.param .align 8 .b8 tile_param_0[16]){}"));
        dies("one of them is stale", [&] { cuModuleGetFunction(&found, found, "tile"); });
    }

    void memory_is_checked()
    {
        begin();
        Address x, y;
        std::vector<char> read(3000);
        OK(cuMemAlloc_v2(&x, 1000));
        OK(cuMemAlloc_v2(&y, 3000));
        CHECK(x % 256 == 0 && y % 256 == 0);
        OK(cuMemcpyDtoH_v2(read.data(), y, 3000));
        CHECK(read[0] == (char)0xff && read[2999] == (char)0xff);
        EXPECT(1, cuMemcpyDtoH_v2(read.data(), x, 1001));
        EXPECT(1, cuMemcpyDtoH_v2(read.data(), x - 1, 1));
        EXPECT(1, cuMemcpyDtoDAsync_v2(y, x, 1001, stream));
        EXPECT(1, cuMemsetD32Async(x + 2, 0, 1, stream));
        EXPECT(1, cuMemsetD32Async(x, 0, 251, stream));
        OK(cuMemsetD32Async(x, 0x01020304, 250, stream));
        OK(cuMemsetD8Async(x + 999, 9, 1, stream));
        OK(cuStreamSynchronize(stream));
        OK(cuMemcpyDtoH_v2(read.data(), x, 1000));
        CHECK(read[0] == 4 && read[998] == 2 && read[999] == 9);
        OK(cuMemFree_v2(x));
        EXPECT(1, cuMemFree_v2(x));
        EXPECT(1, cuMemcpyDtoH_v2(read.data(), x, 1));
        EXPECT(1, cuMemAlloc_v2(&x, 0));
        simulated_set("MEMORY", "10000");
        EXPECT(2, cuMemAlloc_v2(&x, 7001));
        OK(cuMemAlloc_v2(&x, 7000));
        size_t free, total;
        OK(cuMemGetInfo_v2(&free, &total));
        CHECK(free == 0 && total == 10000);
    }

    void calls_fail_where_a_test_wants_it()
    {
        simulated_set("FAIL", "cuMemAlloc_v2:3=2;cuStreamSynchronize:1=700");
        begin();
        Address address;
        OK(cuMemAlloc_v2(&address, 8));
        OK(cuMemAlloc_v2(&address, 8));
        EXPECT(2, cuMemAlloc_v2(&address, 8));
        OK(cuMemAlloc_v2(&address, 8));
        EXPECT(700, cuStreamSynchronize(stream));
        CHECK(simulated_count("cuMemAlloc_v2") == 4);
        const char* name;
        OK(cuGetErrorName(700, &name));
        CHECK(strcmp(name, "CUDA_ERROR_ILLEGAL_ADDRESS") == 0);
    }

    void calls_need_a_current_context()
    {
        Address address;
        void *context, *other;
        EXPECT(3, cuMemAlloc_v2(&address, 8));
        OK(cuInit(0));
        EXPECT(201, cuMemAlloc_v2(&address, 8));
        OK(cuDevicePrimaryCtxRetain(&context, 0));
        OK(cuCtxSetCurrent(context));
        OK(cuMemAlloc_v2(&address, 8));
        std::thread([&] {
            EXPECT(201, cuMemFree_v2(address));
            OK(cuCtxSetCurrent(context));
            OK(cuMemFree_v2(address));
        }).join();
        OK(cuDevicePrimaryCtxRelease_v2(0));
        EXPECT(201, cuMemAlloc_v2(&address, 8));
        EXPECT(201, cuCtxSetCurrent(context));
        OK(cuDevicePrimaryCtxRetain(&other, 0));
        CHECK(other != context);
    }

    void threads_of_the_host_take_turns()
    {
        begin();
        std::vector<std::thread> threads;
        for (int t = 0; t < 4; t++)
        {
            threads.emplace_back([] {
                void* mine;
                OK(cuCtxSetCurrent(contextOfAll));
                OK(cuStreamCreate(&mine, 1));
                Address x = device(some(64)), y = device(std::vector<float>(64));
                Reverse arguments = {y, x, 64, 1, 0};
                void* parameters[] = {&arguments};
                for (int i = 0; i < 200; i++)
                {
                    OK(cuLaunchKernel(function("reverse"), 1, 1, 1, 64, 1, 1, 256, mine, parameters, nullptr));
                    OK(cuMemcpyDtoDAsync_v2(x, y, 256, mine));
                    OK(cuStreamSynchronize(mine));
                }
                std::vector<float> read(64);
                OK(cuMemcpyDtoH_v2(read.data(), x, 256));
                CHECK(read == some(64));
                OK(cuStreamDestroy_v2(mine));
            });
        }
        for (std::thread& thread : threads)
            thread.join();
    }

    void thousands_of_launches_take_seconds()
    {
        begin();
        Address sums = device(std::vector<float>(256)), x = device(some(256));
        const clock_t start = clock();
        for (int i = 0; i < 5000; i++)
            OK(launch("sums", 1, 256, 0, Sums{sums, sums, x}));
        OK(cuCtxSynchronize());
        const double seconds = (double)(clock() - start) / CLOCKS_PER_SEC;
        fprintf(stderr, "5000 blocks of 256 threads with 14 barriers and shuffles each: %.2f s of the processor\n", seconds);
        CHECK(seconds < 20);
    }

    // ---- cublasLt

    struct Heuristic
    {
        uint64_t algorithm[8];
        size_t workspace;
        int status;
        float waves;
        int reserved[4];
    };

    // D [m, n] = alpha op(A) op(B) + beta C + bias, columns one after the other with `pad` elements between them.
    void multiply(
        int typeAB, int typeD, int compute, bool transposeA, bool transposeB,
        int m, int n, int k, int pad, float alpha, float beta, bool bias)
    {
        void *library, *product, *layouts[4], *preference;
        OK(cublasLtCreate(&library));
        OK(cublasLtMatmulDescCreate(&product, compute, 0));
        const int operations[] = {transposeA, transposeB};
        OK(cublasLtMatmulDescSetAttribute(product, 3, &operations[0], 4));
        OK(cublasLtMatmulDescSetAttribute(product, 4, &operations[1], 4));
        const int rows[] = {transposeA ? k : m, transposeB ? n : k, m, m}, columns[] = {transposeA ? m : k, transposeB ? k : n, n, n};
        std::vector<float> values[3], biases(m);
        Address addresses[3], biasAddress = 0;
        for (int i = 0; i < 4; i++)
        {
            const int type = i < 2 ? typeAB : typeD, stride = rows[i] + pad;
            OK(cublasLtMatrixLayoutCreate(&layouts[i], type, rows[i], columns[i], stride));
            if (i == 3)
                break;
            values[i] = some(stride * columns[i]);
            std::vector<uint16_t> halves;
            for (float& value : values[i])
            {
                if (i == 2 && beta == 0)
                    value = NAN;
                halves.push_back(bf16_of(value));
                if (type == 14)
                    value = float_of(halves.back());
            }
            addresses[i] = type == 14 ? device(halves) : device(values[i]);
        }
        if (bias)
        {
            const unsigned epilogue = 4;
            std::vector<uint16_t> halves;
            for (int i = 0; i < m; i++)
            {
                biases[i] = (float)i;
                halves.push_back(bf16_of(biases[i]));
                if (typeD == 14)
                    biases[i] = float_of(halves.back());
            }
            biasAddress = typeD == 14 ? device(halves) : device(biases);
            OK(cublasLtMatmulDescSetAttribute(product, 7, &epilogue, 4));
            OK(cublasLtMatmulDescSetAttribute(product, 8, &biasAddress, 8));
        }
        OK(cublasLtMatmulPreferenceCreate(&preference));
        const uint64_t workspaceBytes = 4096;
        OK(cublasLtMatmulPreferenceSetAttribute(preference, 1, &workspaceBytes, 8));
        Heuristic result;
        int found = 0;
        OK(cublasLtMatmulAlgoGetHeuristic(
            library, product, layouts[0], layouts[1], layouts[2], layouts[3], preference, 1, &result, &found));
        CHECK(found == 1 && result.status == 0 && result.workspace <= workspaceBytes);
        Address workspace;
        OK(cuMemAlloc_v2(&workspace, workspaceBytes));
        float alphaNow = alpha, betaNow = beta;
        OK(cublasLtMatmul(
            library, product, &alphaNow, addresses[0], layouts[0], addresses[1], layouts[1], &betaNow,
            addresses[2], layouts[2], addresses[2], layouts[3], &result, workspace, workspaceBytes, stream));
        alphaNow = betaNow = NAN; // read at the call
        const size_t count = values[2].size();
        std::vector<float> read;
        if (typeD == 14)
        {
            for (uint16_t half : host<uint16_t>(addresses[2], count))
                read.push_back(float_of(half));
        }
        else
        {
            read = host<float>(addresses[2], count);
        }
        for (int j = 0; j < n; j++)
        {
            for (int i = 0; i < m; i++)
            {
                double sum = 0, size = 0;
                for (int l = 0; l < k; l++)
                {
                    const double term = (double)(transposeA ? values[0][i * (k + pad) + l] : values[0][l * (m + pad) + i]) *
                        (transposeB ? values[1][l * (n + pad) + j] : values[1][j * (k + pad) + l]);
                    sum += term, size += std::fabs(term);
                }
                const size_t at = j * (m + pad) + i;
                double expected = alpha * sum + (beta != 0 ? beta * values[2][at] : 0) + (bias ? biases[i] : 0);
                const double tolerance = 1e-6 * (size + 10) + (typeD == 14 ? std::fabs(expected) / 128 : 0);
                CHECK(std::fabs(read[at] - expected) <= tolerance);
            }
            for (int i = m; i < m + pad && (size_t)(j * (m + pad) + i) < count; i++) // between the columns nothing is written
                CHECK(read[j * (m + pad) + i] == values[2][j * (m + pad) + i] || std::isnan(values[2][j * (m + pad) + i]));
        }
        OK(cublasLtDestroy(library));
    }

    void products_of_matrices()
    {
        begin();
        for (int transposes = 0; transposes < 4; transposes++)
        {
            const bool a = transposes & 1, b = transposes & 2;
            multiply(0, 0, 68, a, b, 5, 3, 7, 0, 1, 0, false);
            multiply(0, 0, 77, a, b, 600, 2, 3, 1, 0.5f, 2, true);
            multiply(14, 0, 68, a, b, 16, 24, 8, 8, 1, 1, true);
            multiply(14, 14, 68, a, b, 8, 16, 32, 0, -1, 0, true);
        }
    }

    void what_cublaslt_would_not_take()
    {
        begin();
        void *library, *product, *a, *b, *c, *odd, *preference;
        OK(cublasLtCreate(&library));
        OK(cublasLtMatmulDescCreate(&product, 68, 0));
        OK(cublasLtMatrixLayoutCreate(&a, 14, 16, 8, 16));
        OK(cublasLtMatrixLayoutCreate(&odd, 14, 16, 8, 17));
        OK(cublasLtMatrixLayoutCreate(&b, 14, 8, 8, 8));
        OK(cublasLtMatrixLayoutCreate(&c, 0, 16, 8, 16));
        OK(cublasLtMatmulPreferenceCreate(&preference));
        Heuristic result;
        int found;
        EXPECT(15, cublasLtMatmulAlgoGetHeuristic(library, product, odd, b, c, c, preference, 1, &result, &found));
        EXPECT(7, cublasLtMatmulAlgoGetHeuristic(library, product, b, a, c, c, preference, 1, &result, &found));
        EXPECT(15, cublasLtMatmulAlgoGetHeuristic(library, product, a, b, c, a, preference, 1, &result, &found));
        OK(cublasLtMatmulAlgoGetHeuristic(library, product, a, b, c, c, preference, 1, &result, &found));
        CHECK(found == 1 && result.workspace == 0);

        const float one = 1, zero = 0;
        Address A = device(std::vector<uint16_t>(16 * 9)), B = device(std::vector<uint16_t>(64)), C = device(std::vector<float>(128));
        auto run = [&](Address from, Address to) {
            return cublasLtMatmul(library, product, &one, from, a, B, b, &zero, to, c, to, c, &result, 0, 0, stream);
        };
        OK(run(A, C));
        EXPECT(7, run(A + 16, C)); // 256 bytes were promised
        const unsigned alignment = 16;
        for (int which = 5; which <= 8; which++)
            OK(cublasLtMatmulPreferenceSetAttribute(preference, which, &alignment, 4));
        OK(cublasLtMatmulAlgoGetHeuristic(library, product, a, b, c, c, preference, 1, &result, &found));
        OK(run(A + 16, C));
        EXPECT(7, run(A + 8, C));
        EXPECT(7, run(A + 64, C)); // beyond the allocation
        EXPECT(7, run(A, A));
        EXPECT(13, cublasLtMatmul(library, product, &one, A, a, B, b, &zero, C, c, C, c, &result, 0, 0, (void*)0x1234));
        EXPECT(7, cublasLtMatmulDescSetAttribute(product, 3, &one, 8));
        EXPECT(7, cublasLtMatmulDescSetAttribute((void*)0x1234, 3, &one, 4));
    }

    void products_are_captured_like_kernels()
    {
        begin();
        void *library, *product, *layout, *graph, *executable;
        OK(cublasLtCreate(&library));
        OK(cublasLtMatmulDescCreate(&product, 68, 0));
        OK(cublasLtMatrixLayoutCreate(&layout, 0, 1, 1, 1));
        Address two = device(std::vector<float>{2}), x = device(std::vector<float>{1}), y = device(std::vector<float>{0});
        const float one = 1, zero = 0;
        OK(cuStreamBeginCapture_v2(stream, 0));
        OK(cublasLtMatmul(library, product, &one, x, layout, two, layout, &zero, y, layout, y, layout, nullptr, 0, 0, stream));
        OK(cuMemcpyDtoDAsync_v2(x, y, 4, stream));
        OK(cuStreamEndCapture(stream, &graph));
        OK(cuGraphInstantiateWithFlags(&executable, graph, 0));
        for (int i = 0; i < 10; i++)
            OK(cuGraphLaunch(executable, stream));
        CHECK(host<float>(x, 1)[0] == 1024);
    }

    void both_libraries_are_one()
    {
        Dl_info information;
        CHECK(dladdr((void*)cuInit, &information) != 0);
        const std::string file = information.dli_fname, other = file.substr(0, file.rfind('/')) + "/libcublasLt.so.12";
        void* library = dlopen(other.c_str(), RTLD_NOW | RTLD_LOCAL);
        CHECK(library && dlsym(library, "cublasLtCreate") == (void*)cublasLtCreate);
    }

    const std::map<std::string, void (*)()> tests = {
#define TEST(name) {#name, name}
        TEST(threads_know_their_places),
        TEST(sums_of_blocks_are_the_same_in_every_order_of_threads),
        TEST(a_barrier_is_for_the_threads_that_have_not_returned),
        TEST(a_missing_barrier_shows_as_nan),
        TEST(a_tile_is_multiplied_as_the_ptx_isa_says),
        TEST(blocks_of_a_cooperative_launch_meet),
        TEST(asynchronous_copies_come_when_they_are_waited_for),
        TEST(numbers_are_those_of_the_device),
        TEST(mistakes_of_kernels_end_the_process_with_a_word),
        TEST(operations_run_as_late_as_they_may),
        TEST(events_measure_time),
        TEST(graphs_replay_what_was_captured),
        TEST(launches_are_checked),
        TEST(modules_are_ptx),
        TEST(memory_is_checked),
        TEST(calls_fail_where_a_test_wants_it),
        TEST(calls_need_a_current_context),
        TEST(threads_of_the_host_take_turns),
        TEST(thousands_of_launches_take_seconds),
        TEST(products_of_matrices),
        TEST(what_cublaslt_would_not_take),
        TEST(products_are_captured_like_kernels),
        TEST(both_libraries_are_one),
    };
}

int main(int count, char** names)
{
    int failed = 0;
    for (auto& [name, test] : tests)
    {
        if (count > 1 && name != names[1])
            continue;
        fflush(stdout); // or every process prints it again
        const pid_t child = fork();
        if (child == 0)
        {
            test();
            exit(0);
        }
        int status;
        waitpid(child, &status, 0);
        printf("%s %s\n", status == 0 ? "passed" : "FAILED", name.c_str());
        failed += status != 0;
    }
    return failed == 0 && (count == 1 || tests.count(names[1])) ? 0 : 1;
}
