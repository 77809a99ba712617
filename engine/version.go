package engine

// Version is the semantic version of kbtriage that this source is: what rules can say
// and how they are weighed. A pack names the least one that it needs. It is raised
// with each release.
const Version = "0.1.0"
