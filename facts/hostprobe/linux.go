package hostprobe

// linuxSteps are what a Linux machine is asked, in an order in which the later
// ones can use what the earlier ones learned.
func linuxSteps() []step {
	return []step{
		{"operating system", (*probe).linuxSystem},
		{"host name", (*probe).linuxName},
		{"processes", (*probe).linuxProcesses},
		{"failed units", (*probe).linuxUnits},
		{"roles", (*probe).linuxRoles},
		{"packages", (*probe).linuxPackages},
		{"resolvers", (*probe).unixResolvers},
		{"file systems", (*probe).linuxDisks},
		{"memory", (*probe).linuxMemory},
		{"clock", (*probe).linuxClock},
		{"certificates", (*probe).linuxCertificates},
		{"recent errors", (*probe).linuxRecent},
		{"logs", (*probe).linuxLogs},
	}
}

// otherSteps are for systems that this package does not know well: what they
// share with Linux.
func otherSteps() []step {
	return []step{
		{"operating system", (*probe).otherSystem},
		{"resolvers", (*probe).unixResolvers},
	}
}
