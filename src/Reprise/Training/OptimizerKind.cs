using System.Text.Json.Serialization;
using Reprise.Formats;

namespace Reprise.Training;

/// <summary>The rule by which gradients change the weights.</summary>
[JsonConverter(typeof(EnumNames<OptimizerKind>))]
public enum OptimizerKind
{
    /// <summary>Adam (Kingma &amp; Ba 2015).</summary>
    Adam,

    /// <summary>Adam with decoupled weight decay (Loshchilov &amp; Hutter 2019).</summary>
    AdamW,

    /// <summary>Stochastic gradient descent, with momentum where it is asked for. It has no second moment.</summary>
    Sgd,
}
