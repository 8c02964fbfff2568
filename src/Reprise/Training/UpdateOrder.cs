using System.Text.Json.Serialization;
using Reprise.Formats;

namespace Reprise.Training;

/// <summary>The order in which training updates the parts of a model.</summary>
[JsonConverter(typeof(EnumNames<UpdateOrder>))]
public enum UpdateOrder
{
    /// <summary>Encoder and decoder together, once a step.</summary>
    Joint,

    /// <summary>The encoder alone until it no longer lags, before each update of the decoder (He et al. 2019).</summary>
    AggressiveEncoder,
}
