using System.Runtime.InteropServices;
using Reprise.Tests.House;

namespace Reprise.Tests.Kernels;

/// <summary>
/// The simulated device of tests/CudaSimulator: its own tests, a process each, and whether it lives with this runtime, whose collector
/// stops threads by signals.
/// </summary>
public sealed class CudaSimulatorTests(CudaSimulatorTests.Built built) : IClassFixture<CudaSimulatorTests.Built>
{
    private const string Ptx = ".version 7.0\n.target sm_80\n.visible .entry sums(){}\n";
    private const int Threads = 256;

    [Theory]
    [InlineData("a_barrier_is_for_the_threads_that_have_not_returned")]
    [InlineData("a_missing_barrier_shows_as_nan")]
    [InlineData("a_tile_is_multiplied_as_the_ptx_isa_says")]
    [InlineData("asynchronous_copies_come_when_they_are_waited_for")]
    [InlineData("blocks_of_a_cooperative_launch_meet")]
    [InlineData("both_libraries_are_one")]
    [InlineData("calls_fail_where_a_test_wants_it")]
    [InlineData("calls_need_a_current_context")]
    [InlineData("events_measure_time")]
    [InlineData("graphs_replay_what_was_captured")]
    [InlineData("launches_are_checked")]
    [InlineData("memory_is_checked")]
    [InlineData("mistakes_of_kernels_end_the_process_with_a_word")]
    [InlineData("modules_are_ptx")]
    [InlineData("numbers_are_those_of_the_device")]
    [InlineData("operations_run_as_late_as_they_may")]
    [InlineData("products_are_captured_like_kernels")]
    [InlineData("products_of_matrices")]
    [InlineData("sums_of_blocks_are_the_same_in_every_order_of_threads")]
    [InlineData("thousands_of_launches_take_seconds")]
    [InlineData("threads_know_their_places")]
    [InlineData("threads_of_the_host_take_turns")]
    [InlineData("what_cublaslt_would_not_take")]
    public void Test_of_the_simulator_passes(string name) =>
        Dotnet.RunProgram(Path.Combine(built.Folder, "Tests"), built.Folder, Built.Environment, name).ShouldBe($"passed {name}");

    [Fact]
    public void Kernels_run_while_the_collector_stops_threads_and_null_references_are_caught()
    {
        _ = built.Folder; // or the test is skipped
        nint library = NativeLibrary.Load(Path.Combine(built.Folder, "libcuda.so.1"));
        Check(Call<Number>(library, "cuInit")(0));
        Check(Call<OutNumber>(library, "cuDevicePrimaryCtxRetain")(out nint context, 0));
        Check(Call<Handle>(library, "cuCtxSetCurrent")(context));
        Check(Call<OutText>(library, "cuModuleLoadData")(out nint module, Ptx));
        Check(Call<OutHandleText>(library, "cuModuleGetFunction")(out nint function, module, "sums"));
        Check(Call<OutNumber>(library, "cuStreamCreate")(out nint stream, 1));
        Check(Call<OutHandle>(library, "cuMemAlloc_v2")(out nint memory, 3 * 4 * Threads));
        Launch launch = Call<Launch>(library, "cuLaunchKernel");
        Handle synchronize = Call<Handle>(library, "cuStreamSynchronize");
        CopyIn copyIn = Call<CopyIn>(library, "cuMemcpyHtoD_v2");
        CopyOut copyOut = Call<CopyOut>(library, "cuMemcpyDtoH_v2");

        float[] x = [.. Enumerable.Range(0, Threads).Select(i => (float)i)], sums = new float[Threads];
        Check(copyIn(memory + (2 * 4 * Threads), x, 4 * Threads));
        nint[] arguments = [memory, memory + (4 * Threads), memory + (2 * 4 * Threads)];
        GCHandle pinned = GCHandle.Alloc(arguments, GCHandleType.Pinned);
        using CancellationTokenSource over = new();
        int caught = 0;
        Thread other = new(() =>
        {
            while (!over.IsCancellationRequested)
            {
                GC.Collect();
                try
                {
                    _ = ((string)(object)null!).Length;
                }
                catch (NullReferenceException)
                {
                    caught++;
                }
            }
        });
        other.Start();
        for (int i = 0; i < 2000; i++)
        {
            Check(launch(function, 1, 1, 1, Threads, 1, 1, 0, stream, [pinned.AddrOfPinnedObject()], 0));
            Check(synchronize(stream));
        }

        over.Cancel();
        other.Join();
        pinned.Free();
        Check(copyOut(sums, memory, 4 * Threads));
        sums.ShouldAllBe(sum => sum == Threads * (Threads - 1) / 2);
        caught.ShouldBeGreaterThan(0);
    }

    private static void Check(int status) => status.ShouldBe(0);

    private static T Call<T>(nint library, string name)
        where T : Delegate => Marshal.GetDelegateForFunctionPointer<T>(NativeLibrary.GetExport(library, name));

    private delegate int Number(int number);
    private delegate int Handle(nint handle);
    private delegate int OutNumber(out nint result, int number);
    private delegate int OutHandle(out nint result, nint handle);
    private delegate int OutText(out nint result, [MarshalAs(UnmanagedType.LPUTF8Str)] string text);
    private delegate int OutHandleText(out nint result, nint handle, [MarshalAs(UnmanagedType.LPUTF8Str)] string text);
    private delegate int CopyIn(nint target, float[] source, nint bytes);
    private delegate int CopyOut([Out] float[] target, nint source, nint bytes);
    private delegate int Launch(
        nint function, uint x, uint y, uint z, uint threads, uint threadsY, uint threadsZ, uint sharedBytes, nint stream, nint[] arguments,
        nint extra);

    /// <summary>The simulator with its test kernels, built once for all these tests.</summary>
    public sealed class Built : IDisposable
    {
        public static readonly Dictionary<string, string> Environment = [];

        private readonly TempFolder _folder = new();
        private readonly string? _missing;

        public Built()
        {
            _missing = !OperatingSystem.IsLinux() ? "the simulator is for Linux"
                : !Paths().Any(
                    path => File.Exists(Path.Combine(path, "g++")) || File.Exists(Path.Combine(path, "clang++"))
                        || File.Exists(Path.Combine(path, "clang++-19")))
                    ? "no C++ compiler: the simulator is not built" : null;
            if (_missing == null)
                _ = Dotnet.RunProgram(
                    "bash", _folder.Path, Environment, Repository.PathOf("tests/CudaSimulator/test.sh"), _folder.Path,
                    "threads_know_their_places");
        }

        public string Folder
        {
            get
            {
                Assert.SkipWhen(_missing != null, _missing ?? "");
                return _folder.Path;
            }
        }

        public void Dispose() => _folder.Dispose();

        private static string[] Paths() => (System.Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator);
    }
}
