using Reprise.Studies;
using Reprise.Studies.Reports;
using Reprise.Tests.Training;
using Reprise.Training;

namespace Reprise.Tests.Reports;

public sealed class RunCurveTests : IDisposable
{
    private const string First = """{"step":3,"epoch":0.5,"split":"train","nll":4,"kl":1,"elbo":-5,"klShare":0.2,"seconds":9}""";
    private const string Second = """{"step":4,"epoch":0.6,"split":"test","nll":3.5,"kl":0.5,"elbo":-4,"klShare":0.125,"seconds":9}""";
    private readonly TempFolder _temp = new();

    public void Dispose() => _temp.Dispose();

    [Fact]
    public void The_reports_of_a_split_are_its_curve()
    {
        Write(First, Second, "");
        RunCurve.Read(_temp.Path, ReportSplit.Train).ShouldBe([new CurvePoint(3, 4, 1, -5, 0.2)]);
        RunCurve.HeldOut(_temp.Path).ShouldBe([new CurvePoint(4, 3.5, 0.5, -4, 0.125)]);
        RunCurve.HeldOut(_temp["nowhere"]).ShouldBeEmpty();
    }

    [Theory]
    [InlineData("{\"step\":5,\"spl")]
    [InlineData("3")]
    [InlineData("{\"split\":\"test\",\"step\":\"five\"}")]
    [InlineData("{\"split\":\"test\"}")]
    public void Only_the_last_line_may_be_cut_off(string damaged)
    {
        Write(First, Second, damaged);
        RunCurve.HeldOut(_temp.Path).Count.ShouldBe(1);
        Write(First, damaged, Second);
        Should.Throw<InputException>(() => RunCurve.HeldOut(_temp.Path))
            .Message.ShouldContain("log.jsonl: line 2 is no report of training");
    }

    [Fact]
    public void A_run_of_a_study_can_be_read()
    {
        StudyOptions options = StudyOptions.Of(Presets.Small, Toys.Words) with
        {
            Model = Toys.Model,
            Training = Toys.Options with { EvaluateEarly = true },
            Runs = [StudyRun.OfM(1)],
        };
        using Study study = Study.Open(_temp["study"], options, Toys.Data);
        study.Train(cancellationToken: TestContext.Current.CancellationToken).ShouldBeTrue();
        IReadOnlyList<CurvePoint> curve = RunCurve.HeldOut(study.Runs[0].Folder);
        curve.Select(point => point.Step).ShouldBe([1, 2, 4, 8, 12]);
        curve.ShouldAllBe(point => Math.Abs(point.Nll + point.Kl + point.Elbo) < 1e-9);
    }

    private void Write(params string[] lines) => File.WriteAllText(_temp["log.jsonl"], string.Join('\n', lines));
}
