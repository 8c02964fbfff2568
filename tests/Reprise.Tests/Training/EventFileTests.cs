using System.Globalization;
using Google.Protobuf;
using Reprise.Numerics;
using Reprise.Training;

namespace Reprise.Tests.Training;

/// <summary>The event file, read back by Google's reader of protocol buffers and a check sum from the book.</summary>
public sealed class EventFileTests : IDisposable
{
    private readonly TempFolder _temp = new();

    public void Dispose() => _temp.Dispose();

    private sealed record Event(double WallTime, long Step, string? Version, int? SessionStatus, Dictionary<string, float> Scalars);

    [Fact]
    public void TensorBoard_sees_what_the_listener_saw()
    {
        List<TrainingReport> reports = [];
        using ComputeDevice device = ComputeDevice.Open("cpu", 1);
        Trainer.Train(
            Toys.Data, Toys.Model, Toys.Options, _temp["run"], device: device, progress: new Listener(reports.Add),
            cancellationToken: TestContext.Current.CancellationToken);

        List<Event> events = Read(Directory.GetFiles(_temp["run"], "events.out.tfevents.*").ShouldHaveSingleItem());
        events[0].Version.ShouldBe("brain.Event:2");
        events.Skip(1).Select(e => e.Step).ShouldBe(reports.Select(r => r.Step));
        foreach ((Event e, TrainingReport report) in events.Skip(1).Zip(reports))
        {
            string split = report.Split == ReportSplit.Train ? "train" : "test";
            e.Scalars[$"{split}/nll"].ShouldBe((float)report.Nll);
            e.Scalars[$"{split}/kl"].ShouldBe((float)report.Kl);
            e.Scalars[$"{split}/elbo"].ShouldBe((float)report.Elbo);
            e.Scalars[$"{split}/kl_share"].ShouldBe((float)report.KlShare);
            e.Scalars.ContainsKey($"{split}/gradient_norm").ShouldBe(report.Split == ReportSplit.Train);
            Math.Abs(e.WallTime - DateTimeOffset.UtcNow.ToUnixTimeSeconds()).ShouldBeLessThan(3600);
        }
    }

    [Theory]
    [InlineData(5, 6)]
    [InlineData(0, 1)] // killed before its first checkpoint
    public void A_resumed_run_makes_TensorBoard_drop_events_after_its_checkpoint(int checkpointEvery, long firstForgotten)
    {
        using ComputeDevice device = ComputeDevice.Open("cpu", 1);
        TrainingOptions options = Toys.Options with { CheckpointEvery = checkpointEvery };
        Should.Throw<KilledException>(
            () => Trainer.Train(
                Toys.Data, Toys.Model, options, _temp["run"], device: device, progress: new Listener(r => Kill(r.Step > 8))));
        Trainer.Train(
            Toys.Data, Toys.Model, options, _temp["run"], RunMode.Resume, device, cancellationToken: TestContext.Current.CancellationToken);

        string[] files = [.. Directory.GetFiles(_temp["run"], "events.out.tfevents.*").Order(StringComparer.Ordinal)];
        files.Length.ShouldBe(2);
        Event restart = Read(files[1])[1];
        restart.SessionStatus.ShouldBe(1); // START
        restart.Step.ShouldBe(firstForgotten);
    }

    [Fact]
    public void The_check_sum_of_the_book_is_the_one_of_the_standard() =>
        Crc32C("123456789"u8.ToArray()).ShouldBe(0xE3069283u); // the check value of CRC-32C

    private static void Kill(bool now)
    {
        if (now)
            throw new KilledException();
    }

    private static List<Event> Read(string path)
    {
        List<Event> events = [];
        using BinaryReader reader = new(File.OpenRead(path));
        while (reader.BaseStream.Position < reader.BaseStream.Length)
        {
            byte[] length = reader.ReadBytes(8);
            reader.ReadUInt32().ShouldBe(Masked(Crc32C(length)));
            byte[] data = reader.ReadBytes((int)BitConverter.ToUInt64(length));
            reader.ReadUInt32().ShouldBe(Masked(Crc32C(data)));
            events.Add(ReadEvent(new CodedInputStream(data)));
        }

        return events;
    }

    private static Event ReadEvent(CodedInputStream input)
    {
        Event found = new(0, 0, null, null, []);
        for (uint tag = input.ReadTag(); tag != 0; tag = input.ReadTag())
        {
            switch (tag >> 3)
            {
                case 1:
                    found = found with { WallTime = input.ReadDouble() };
                    break;
                case 2:
                    found = found with { Step = input.ReadInt64() };
                    break;
                case 3:
                    found = found with { Version = input.ReadString() };
                    break;
                case 5:
                    ReadSummary(input.ReadBytes().CreateCodedInput(), found.Scalars);
                    break;
                case 7:
                    CodedInputStream session = input.ReadBytes().CreateCodedInput();
                    (session.ReadTag() >> 3).ShouldBe(1u);
                    found = found with { SessionStatus = session.ReadEnum() };
                    break;
                default:
                    Assert.Fail($"field {tag >> 3} is not one of an Event");
                    break;
            }
        }

        return found;
    }

    private static void ReadSummary(CodedInputStream summary, Dictionary<string, float> scalars)
    {
        while (summary.ReadTag() is uint tag && tag != 0)
        {
            (tag >> 3).ShouldBe(1u);
            CodedInputStream value = summary.ReadBytes().CreateCodedInput();
            WireFormat.GetTagFieldNumber(value.ReadTag()).ShouldBe(1);
            string name = value.ReadString();
            WireFormat.GetTagFieldNumber(value.ReadTag()).ShouldBe(2);
            scalars.Add(name, value.ReadFloat());
            value.ReadTag().ShouldBe(0u, string.Create(CultureInfo.InvariantCulture, $"after {name}"));
        }
    }

    private static uint Masked(uint crc) => ((crc >> 15) | (crc << 17)) + 0xa282ead8;

    private static uint Crc32C(byte[] data)
    {
        uint crc = 0xFFFFFFFF;
        foreach (byte b in data)
        {
            crc ^= b;
            for (int bit = 0; bit < 8; bit++)
                crc = (crc & 1) != 0 ? (crc >> 1) ^ 0x82F63B78 : crc >> 1;
        }

        return ~crc;
    }
}
