"""What a language model writes over the reports: right, supported, worth its time?"""
