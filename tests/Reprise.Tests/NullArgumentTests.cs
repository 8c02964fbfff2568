using System.Reflection;
using Reprise.Evaluation;
using Reprise.Inference;
using Reprise.Model;
using Reprise.Studies;
using Reprise.Tests.Inference;
using Reprise.Tests.Training;
using Reprise.Text;
using Reprise.Training;

namespace Reprise.Tests;

/// <summary>A null that no parameter takes is refused by name or in a line for the person, not met with later.</summary>
public sealed class NullArgumentTests
{
    private static readonly Type[] Static =
    [
        typeof(SentenceModel), typeof(CorpusBuilder), typeof(Corpus), typeof(CorpusInfo), typeof(Vocabulary), typeof(Detokenizer),
        typeof(Trainer), typeof(TrainingData), typeof(SentencesExtensions), typeof(SentenceList), typeof(SentenceCodec),
        typeof(Evaluator), typeof(Study), typeof(StudyOptions),
    ];

    [Fact]
    public void No_entry_of_the_library_meets_a_null_unprepared()
    {
        using ForeignModel folder = ForeignModel.Write("first-token-tied");
        using SentenceModel model = folder.Load();
        Dictionary<Type, object> values = new()
        {
            [typeof(string)] = Path.Combine(folder.FolderPath, "nothing", "there"),
            [typeof(IEnumerable<string>)] = new[] { "w3 w4" },
            [typeof(IReadOnlyList<string>)] = new[] { "w3", "w4" },
            [typeof(IEnumerable<float[]>)] = new[] { new float[3] },
            [typeof(ISentences)] = new SentenceList([[3, 4]]),
            [typeof(TextOptions)] = new TextOptions(),
            [typeof(Vocabulary)] = model.Vocabulary,
            [typeof(TrainingData)] = Toys.Data,
            [typeof(Preset)] = Presets.Small,
            [typeof(StudyOptions)] = StudyOptions.Of(Presets.Small, Toys.Words),
            [typeof(ModelOptions)] = Toys.Model,
            [typeof(TrainingOptions)] = Toys.Options,
            [typeof(PrepareOptions)] = new PrepareOptions { Inputs = ["nothing"] },
        };
        object[] instances = [model, model.Vocabulary, new SentenceCodec(model.Vocabulary, new TextOptions())];
        (MethodBase Method, object? Target)[] entries =
        [
            .. Static.SelectMany(type => type.GetMethods(BindingFlags.Public | BindingFlags.Static))
                .Select(method => (method, (object?)null)),
            .. Static.SelectMany(type => type.GetConstructors()).Select(constructor => ((MethodBase)constructor, (object?)null)),
            .. instances.SelectMany(target => MethodsOf(target).Select(method => (method, target))),
        ];
        List<string> unprepared = [];
        int tried = 0;
        foreach ((MethodBase method, object? target) in entries)
        {
            ParameterInfo[] parameters = method.GetParameters();
            for (int i = 0; i < parameters.Length; i++)
            {
                if (!TakesNoNull(parameters[i]) || parameters.Any(parameter => parameter.ParameterType.IsByRefLike))
                    continue;
                object?[] arguments = [.. parameters.Select((parameter, at) => at == i ? null : Value(parameter, values))];
                tried++;
                if (Failure(method, target, arguments) is not (ArgumentNullException or InputException) and var failure)
                    unprepared.Add($"{method.DeclaringType!.Name}.{method.Name}({parameters[i].Name}): {failure}");
            }
        }

        unprepared.ShouldBeEmpty();
        tried.ShouldBeGreaterThan(30);
    }

    [Fact]
    public void A_null_among_texts_is_named_by_its_index()
    {
        using ForeignModel folder = ForeignModel.Write("first-token-tied");
        using SentenceModel model = folder.Load();
        string[] texts = ["w3", null!];
        const string Sentence = "texts[1] is null; expected a sentence";
        Should.Throw<InputException>(() => model.Encode(texts).ToArray()).Message.ShouldBe(Sentence);
        Should.Throw<InputException>(() => model.Score(texts).ToArray()).Message.ShouldBe(Sentence);
        Should.Throw<InputException>(() => model.Reconstruct(texts).ToArray()).Message.ShouldBe(Sentence);
        Should.Throw<InputException>(() => model.Nearest("w3", texts)).Message.ShouldBe("among[1] is null; expected a sentence");
    }

    [Fact]
    public void A_null_among_codes_is_named_by_its_index()
    {
        using ForeignModel folder = ForeignModel.Write("first-token-tied");
        using SentenceModel model = folder.Load();
        Should.Throw<InputException>(() => model.Decode([new float[3], null!]).ToArray())
            .Message.ShouldBe("codes[1] is null; expected a code of 3 elements");
    }

    [Fact]
    public void A_null_among_ids_or_words_is_named_by_its_index()
    {
        Should.Throw<InputException>(() => new SentenceList([[3], null!]))
            .Message.ShouldBe("sentences[1] is null; expected the ids of a sentence");
        Should.Throw<InputException>(() => new Vocabulary(["cat", null!])).Message.ShouldBe("vocabulary: word 4 is null; expected a word");
    }

    [Fact]
    public void A_null_among_options_is_a_problem_of_theirs()
    {
        using ForeignModel folder = ForeignModel.Write("first-token-tied");
        using SentenceModel model = folder.Load();
        SentenceList sentences = new([[3]]);
        Refused(() => model.Reconstruct("w3", new ReconstructOptions { Decoding = null! }));
        Refused(() => model.Interpolate("w3", "w4", new InterpolateOptions { Decoding = null! }));
        Refused(() => model.Generate(1, new GenerateOptions { Decoding = null! }));
        Refused(() => model.MeasureReconstruction(sentences, new ReconstructionMeasureOptions { Decoding = null! }));
        (Toys.Options with { Objective = null! }).Problems().ShouldContain("objective is null; expected one, Objective.Vae for example");
        PrepareOptions sound = new() { Inputs = ["text.txt"] };
        foreach (PrepareOptions options in (PrepareOptions[])
        [
            sound with { Inputs = null! }, sound with { Inputs = ["text.txt", null!] },
            sound with { Text = null! }, sound with { Column = null! },
        ])
        {
            options.Problems().ShouldHaveSingleItem().ShouldContain("is null");
        }

        static void Refused(Func<object> use) =>
            Should.Throw<InputException>(use).Message.ShouldBe("decoding options: null; expected a value");
    }

    private static MethodInfo[] MethodsOf(object target) =>
        target.GetType().GetMethods(BindingFlags.Public | BindingFlags.DeclaredOnly | BindingFlags.Instance);

    private static bool TakesNoNull(ParameterInfo parameter) =>
        !parameter.ParameterType.IsValueType && new NullabilityInfoContext().Create(parameter).WriteState == NullabilityState.NotNull;

    private static object? Value(ParameterInfo parameter, Dictionary<Type, object> values) =>
        parameter.HasDefaultValue ? parameter.DefaultValue
        : parameter.ParameterType.IsValueType ? Activator.CreateInstance(parameter.ParameterType)
        : values.GetValueOrDefault(parameter.ParameterType);

    private static Exception? Failure(MethodBase method, object? target, object?[] arguments)
    {
        try
        {
            _ = method is ConstructorInfo constructor ? constructor.Invoke(arguments) : method.Invoke(target, arguments);
            return null;
        }
        catch (TargetInvocationException e)
        {
            return e.InnerException;
        }
    }
}
