namespace Reeve.Bench;

/// <summary>Measures one row of the table, in a process of its own.</summary>
internal interface IMeasurement
{
    /// <summary>Its name on the command line.</summary>
    string Name { get; }

    /// <summary>Measures; says on the way what it does.</summary>
    Task<IReadOnlyList<Figure>> MeasureAsync(Effort effort, Action<string> say, CancellationToken cancellationToken);
}
