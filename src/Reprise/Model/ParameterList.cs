namespace Reprise.Model;

/// <summary>The parameters that components declare, each once. Weights are [out, in] as in PyTorch.</summary>
internal sealed class ParameterList
{
    private readonly List<Parameter> _parameters = [];

    public IReadOnlyList<Parameter> Parameters => _parameters;

    /// <summary>Declares a matrix.</summary>
    public Parameter Matrix(string name, int rows, int columns, ModelPart part, Initializer initializer = Initializer.FanIn) =>
        Add(new Parameter(name, rows, columns, isVector: false, initializer, part));

    /// <summary>Declares a bias.</summary>
    public Parameter Vector(string name, int length, ModelPart part, Initializer initializer = Initializer.Zero) =>
        Add(new Parameter(name, 1, length, isVector: true, initializer, part));

    private Parameter Add(Parameter parameter)
    {
        _parameters.Add(parameter);
        return parameter;
    }
}

/// <summary>A weight [O, I] and its bias [O].</summary>
internal readonly struct AffineParameters(ParameterList list, string name, int outputs, int inputs, ModelPart part)
{
    public readonly Parameter Weight = list.Matrix($"{name}.weight", outputs, inputs, part);
    public readonly Parameter Bias = list.Vector($"{name}.bias", outputs, part);
}

/// <summary>The weights of an LSTM; 4H rows are the gates i, f, g, o.</summary>
/// <param name="inputs">I: elements of its input.</param>
internal readonly struct LstmParameters(ParameterList list, string name, int inputs, int hidden, ModelPart part)
{
    public readonly Parameter InputWeight_4HI = list.Matrix($"{name}.weight_ih", 4 * hidden, inputs, part);
    public readonly Parameter HiddenWeight_4HH = list.Matrix($"{name}.weight_hh", 4 * hidden, hidden, part);
    public readonly Parameter Bias_4H = list.Vector($"{name}.bias", 4 * hidden, part, Initializer.ForgetGatesOne);
}
