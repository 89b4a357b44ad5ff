using Reeve.Core.Targets;

namespace Reeve.Actors.Drivers.Process;

/// <summary>What the process driver found when Reeve started.</summary>
/// <param name="Adopted">How many instances run and are watched again.</param>
/// <param name="Died">How many should have run and were reported as failed.</param>
/// <param name="Unknown">Instances on this machine that no target speaks of; those that run are watched, none is touched.</param>
public sealed record ProcessResumption(int Adopted, int Died, IReadOnlyList<TargetKey> Unknown);
