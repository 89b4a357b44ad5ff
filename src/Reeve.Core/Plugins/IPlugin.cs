using Reeve.Core.Evaluation;
using Reeve.Core.Executions;
using Reeve.Core.Policies;
using Reeve.Core.Targets;

namespace Reeve.Core.Plugins;

/// <summary>
/// What an assembly of one's own brings to Reeve. The assembly has one public class that implements this, with a constructor without
/// parameters; everything that it must implement is named from here.
/// </summary>
public interface IPlugin
{
    /// <summary>Engines, each with a name of its own.</summary>
    IReadOnlyList<IEngine> Engines => [];

    /// <summary>Policy types of its own engines or of Reeve's, each with a name of its own.</summary>
    IReadOnlyList<PolicyType> PolicyTypes => [];

    /// <summary>Actors, each with a name of its own.</summary>
    IReadOnlyList<IActor> Actors => [];

    /// <summary>Drivers, each with a name of its own.</summary>
    IReadOnlyList<IDriver> Drivers => [];
}
